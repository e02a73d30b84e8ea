/** How the folders begin into which the browser shell puts what was dropped on the page: no place that a person knows. */
export const UPLOAD_FOLDER = 'faultline-uploads-';

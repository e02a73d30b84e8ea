/**
 * Runs before everything else in the page. The content policy demands trusted types, so that no string becomes markup
 * or code; React and Mantine write style sheets through the same door, and that is all this policy lets pass.
 * Must not let anything through that the HTML parser could make an element of.
 * https://www.w3.org/TR/trusted-types/#default-policy-hdr
 */
interface TrustedTypes {
  createPolicy(name: 'default', rules: { createHTML: (text: string) => string | null }): unknown;
}

(window as Window & { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  // Without a `<` there can be no tag: such a text is a style sheet or plain text. Null refuses it.
  createHTML: (text) => (text.includes('<') ? null : text),
});

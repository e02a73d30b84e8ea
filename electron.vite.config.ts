/**
 * How the sources become programs: out/main (the desktop shell, the engine, the intake, the command line, the browser
 * shell and the sample's builder), out/preload (one sandbox-safe file) and out/renderer (the page, with its fonts).
 * Must not fetch anything, nor let anything of the page point outside it.
 * https://electron-vite.org/config/
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  main: {
    build: {
      // The command line and the browser shell run on the Node the package asks for, not on Electron's.
      target: 'node20.19',
      // Every program and thread loads these at its start: as one piece that takes a third less than as hundreds of files.
      externalizeDeps: {
        exclude: [
          '@duckdb/node-api',
          'zod',
          '@orpc/server',
          '@orpc/client',
          '@orpc/contract',
          '@orpc/shared',
        ],
      },
      rolldownOptions: {
        // What is loaded of the machine's own kind stays where it is installed.
        external: [/^@duckdb\/node-bindings/],
        input: {
          index: source('main/index.ts'),
          engine: source('engine/process.ts'),
          intake: source('engine/intake/process.ts'),
          'intake-reader': source('engine/intake/reader-thread.ts'),
          'cluster-worker': source('engine/corrections/cluster-worker.ts'),
          'detector-worker': source('engine/detector-worker.ts'),
          cli: source('cli/index.ts'),
          serve: source('serve/index.ts'),
          'build-sample': source('cli/build-sample.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can load nothing but Electron, and only as CommonJS.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: source('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('renderer'),
    // The shells put a fresh value in its place each time they hand out the page.
    html: { cspNonce: '__STYLE_NONCE__' },
    plugins: [react()],
    build: {
      // The browser shell opens in whatever browser there is.
      target: 'es2022',
      minify: true,
      // A data: address would need a hole in the content policy.
      assetsInlineLimit: 0,
      // It comes from this machine's disk or memory, not over a network.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: source('renderer/index.html') },
    },
  },
});

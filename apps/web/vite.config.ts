import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';

/**
 * Names in the page what its small entry asks for a moment later, so that it is loaded beside it: the program itself, its styles
 * and the typeface of most of the text.
 */
const namedInPage: Plugin = {
  name: 'named-in-page',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const [app] = chunks
        .filter(({ name }) => name === 'app')
        .toSorted((left, right) => right.code.length - left.code.length);
      const typeface = Object.keys(bundle).find((file) => file.includes('inter-latin-wght'));
      if (app === undefined || typeface === undefined) return html;
      const styles = [...(app.viteMetadata?.importedCss ?? [])];
      return [
        link('modulepreload', app.fileName),
        ...styles.filter((file) => !html.includes(file)).map((file) => link('stylesheet', file)),
        link('preload', typeface, { as: 'font', type: 'font/woff2' }),
      ];
    },
  },
};

function link(rel: string, file: string, more: Record<string, string> = {}): HtmlTagDescriptor {
  return { tag: 'link', attrs: { rel, href: `./${file}`, crossorigin: true, ...more }, injectTo: 'head' };
}

/** Compressed once and well, beside each file: the api would do it for each visitor. */
const compressed: Plugin = {
  name: 'compressed',
  async writeBundle({ dir = '' }, bundle) {
    const texts = Object.keys(bundle).filter((file) => /assets\/.*\.(?:js|css)$/.test(file));
    for (const file of texts.map((each) => path.join(dir, each))) {
      const text = await readFile(file);
      await writeFile(`${file}.br`, brotliCompressSync(text));
      await writeFile(`${file}.gz`, gzipSync(text, { level: 9 }));
    }
  },
};

export default defineConfig({
  // Relative, so that the same files work below any path: the api writes it into <base> of index.html.
  base: './',
  plugins: [react(), namedInPage, compressed],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    // The content-security policy allows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The first page needs this much: React, router, queries, the frame. Views and charts are chunks of their own.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Each with all that it imports: one file that asks, one that draws, instead of twenty small ones that a view waits for.
          groups: [
            { name: 'first', test: /src\/main\.ts$/, priority: 2 },
            { name: 'app', test: /src\/app\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    // `npm run dev -w @wm/web` shows changes at once, with the api of a running `npm start` behind it.
    proxy: Object.fromEntries(
      ['/v1', '/openapi.json', '/docs', '/queues'].map((path) => [
        path,
        process.env.API_URL ?? 'http://127.0.0.1:4100',
      ]),
    ),
  },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the same files work below any path: the api writes it into <base> of index.html.
  base: './',
  plugins: [react()],
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
          // What every view is made of comes in one file, instead of twenty small ones that a view would wait for.
          groups: [{ name: 'shared', test: /src\/(?:api|frame|time|ui|url)\/(?!chart-drawn|json\/|stack)/ }],
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

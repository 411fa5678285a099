import { html } from 'hono/html';

/** What a browser sees as long as nobody has built the dashboard. */
export const notBuilt = (reference: string) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>workflow-monitor: the dashboard is not built</title>
      </head>
      <body>
        <h1>The dashboard is not built yet</h1>
        <p>
          The api itself works, and events are taken in. To see the dashboard, run <code>npm run build</code> in the
          folder of workflow-monitor, then load this page again. Nothing has to be started again. If it was built
          elsewhere, set <code>WEB_DIR</code> to the folder that holds its <code>index.html</code>.
        </p>
        <p>Meanwhile: <a href="${reference}">the routes of the api</a>.</p>
      </body>
    </html>`;

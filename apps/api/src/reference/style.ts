/** Of the page of the routes. It stands in the page, whose policy lets nothing else in. */
export const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid #8884; }
  nav ul { list-style: none; padding: 0; }
  section { margin-top: 2.5rem; }
  h2 { font-family: ui-monospace, monospace; font-size: 1.1rem; }
  h3 { font-size: 1rem; margin-bottom: 0; }
`;

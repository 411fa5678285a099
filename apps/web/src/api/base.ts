/** Where this page and its api are: '' at the root, '/monitor' below a path. The api writes it into <base>. */
export const BASE_PATH = new URL(document.baseURI).pathname.replace(/\/+$/, '');

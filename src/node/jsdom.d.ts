/** As much of jsdom as a figure needs; it brings no types of its own. */
declare module "jsdom" {
  export class JSDOM {
    constructor(html?: string);
    readonly window: { readonly document: import("./reproduce/figure.js").SvgDocument };
  }
}

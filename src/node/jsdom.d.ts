/** The part of jsdom's types that figures need; the package has none. */
declare module "jsdom" {
  export class JSDOM {
    constructor(html?: string);
    readonly window: { readonly document: import("./reproduce/figure.js").SvgDocument };
  }
}

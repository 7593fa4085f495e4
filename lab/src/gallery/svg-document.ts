/*
 * As much of a document as Observable Plot needs to draw one SVG: a worker has none. It holds elements and texts, and writes
 * them as XML.
 */

const SVG = "http://www.w3.org/2000/svg";

type Child = SvgElement | string;

/** An element of an SVG, with the part of the DOM that is used of it. */
class SvgElement {
  readonly namespaceURI = SVG;
  readonly tagName: string;
  readonly ownerDocument: SvgDocument;
  parentNode: SvgElement | null = null;
  /** Styles are left out: the page has its own. */
  readonly style: Record<string, unknown> = { setProperty: () => {}, removeProperty: () => {} };
  readonly #attributes = new Map<string, string>();
  #children: Child[] = [];

  constructor(tagName: string, ownerDocument: SvgDocument) {
    this.tagName = tagName;
    this.ownerDocument = ownerDocument;
  }

  get firstChild(): Child | null {
    return this.#children[0] ?? null;
  }

  get childNodes(): readonly Child[] {
    return this.#children;
  }

  get children(): readonly SvgElement[] {
    return this.#children.filter((child) => typeof child !== "string");
  }

  appendChild<Node extends Child>(child: Node): Node {
    return this.insertBefore(child, null);
  }

  append(...children: Child[]): void {
    for (const child of children) this.appendChild(child);
  }

  insertBefore<Node extends Child>(child: Node, before: Child | null): Node {
    if (typeof child !== "string") {
      child.remove();
      child.parentNode = this;
    }
    const at = before === null ? -1 : this.#children.indexOf(before);
    this.#children.splice(at < 0 ? this.#children.length : at, 0, child);
    return child;
  }

  removeChild(child: SvgElement): SvgElement {
    this.#children = this.#children.filter((other) => other !== child);
    child.parentNode = null;
    return child;
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value));
  }

  setAttributeNS(_: string, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  set textContent(text: string) {
    this.#children = text === "" ? [] : [text];
  }

  get outerHTML(): string {
    if (this.tagName === "style") return "";
    const attributes = [...this.#attributes].map(
      ([name, value]) => ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`,
    );
    const children = this.#children.map((child) => (typeof child === "string" ? escaped(child) : child.outerHTML));
    return `<${this.tagName}${attributes.join("")}>${children.join("")}</${this.tagName}>`;
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A document in which Plot draws. */
export class SvgDocument {
  readonly documentElement = new SvgElement("svg", this);

  createElementNS(_: string, name: string): SvgElement {
    return new SvgElement(name, this);
  }

  createElement(name: string): SvgElement {
    return new SvgElement(name, this);
  }

  createTextNode(text: string): string {
    return text;
  }
}

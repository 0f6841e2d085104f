/** What no reader sees, and what may speak of elements that are none: comments, scripts and styles, to the end of the page where they have none. */
const UNSHOWN = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))|<(script|style)(?=[\s/>])[\s\S]*?(?:<\/\1(?=[\s/>])[^>]*>|$)/gi;
/** Elements whose nesting costs the converter to Markdown more with each level: it writes something for every level around a line. */
const NESTED = /<(\/?)(?:(blockquote|ul|ol|dl|menu|details|table)|(h[1-6]|pre|code|kbd|samp|tt|var|b|strong|i|em|cite|dfn|del|s|strike|ins|u|mark|q|sub|sup|small|a)|thead|tbody|tfoot|tr|th|td)(?=[\s/>])/gi;
/** Of these one begins where the other ends, whether it says so or not: pages leave out the end. */
const ENDS_ITSELF = /^(?:a|h[1-6])$/;
/** Levels of quotations, lists and tables together, and of one of the others within itself; readers lose track before. */
const MOST_LEVELS = { blocks: 8, within: 3 };

/**
 * HTML in which nothing stands deeper in itself than a reader can follow: deeper elements lose what they mean, their text stays.
 * Without it 9 KB of nested quotations take the converter seven seconds, and 24 KB a minute; and on a table's cell outside a table it fails.
 * Takes time linear in the page.
 */
export function shallowHtml(html: string): string {
  const levels = new Map<string, number>();
  let tables = 0;
  return html.replace(UNSHOWN, '').replace(NESTED, (tag, slash: string, block: string | undefined, other: string | undefined) => {
    if (block === undefined && other === undefined) return tables > 0 ? tag : `<${slash}span`;
    const name = (block === undefined ? other! : 'block').toLowerCase();
    const level = levels.get(name) ?? 0;
    if (ENDS_ITSELF.test(name)) {
      levels.set(name, slash === '' ? 1 : 0);
      return slash === '' && level > 0 ? `</${name}>${tag}` : tag;
    }
    levels.set(name, slash === '' ? level + 1 : Math.max(0, level - 1));
    const own = slash === '' ? level + 1 : level;
    if (own > (block === undefined ? MOST_LEVELS.within : MOST_LEVELS.blocks)) return `<${slash}span`;
    if (block?.toLowerCase() === 'table') tables = Math.max(0, tables + (slash === '' ? 1 : -1));
    return tag;
  });
}

/** Elements whose nesting costs the converter to Markdown more with each level: it writes something for every level around a line. */
const NESTED = /<(\/?)(?:(blockquote|ul|ol|dl|menu|details|table)|(h[1-6]|pre|code|kbd|samp|tt|var|b|strong|i|em|cite|dfn|del|s|strike|ins|u|mark|q|sub|sup|small|a))(?=[\s/>])/gi;
/** Levels of quotations, lists and tables together, and of one of the others within itself; readers lose track before. */
const MOST_LEVELS = { blocks: 8, within: 3 };

/**
 * HTML in which nothing stands deeper in itself than a reader can follow: deeper elements lose what they mean, their text stays.
 * Without it 9 KB of nested quotations take the converter seven seconds, and 24 KB a minute. Takes time linear in the page.
 */
export function shallowHtml(html: string): string {
  const levels = new Map<string, number>();
  return html.replace(NESTED, (tag, slash: string, block: string | undefined, other: string | undefined) => {
    const name = block === undefined ? other!.toLowerCase() : 'block';
    const level = levels.get(name) ?? 0;
    levels.set(name, slash === '' ? level + 1 : Math.max(0, level - 1));
    const own = slash === '' ? level + 1 : level;
    return own > (block === undefined ? MOST_LEVELS.within : MOST_LEVELS.blocks) ? `<${slash}span` : tag;
  });
}

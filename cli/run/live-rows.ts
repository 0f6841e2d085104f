import type { Terminal } from '../command';
import { columnsOf } from '../text/columns';

/** Rows at the end of a terminal that are drawn over again and again. */
export class LiveRows {
  private drawn: string[] = [];

  constructor(private readonly terminal: Pick<Terminal, 'say' | 'columns'>) {}

  draw(rows: readonly string[]): void {
    this.terminal.say(`${this.backToTop()}${rows.join('\n')}`);
    this.drawn = [...rows];
  }

  /** Writes something that stays, above the rows. */
  sayAbove(text: string): void {
    this.terminal.say(`${this.backToTop()}${text}\n${this.drawn.join('\n')}`);
  }

  /** What is drawn now stays. */
  end(): void {
    this.drawn = [];
  }

  private backToTop(): string {
    if (this.drawn.length === 0) return '';
    // A window that was made narrower since has broken rows into several.
    const { columns } = this.terminal;
    const rows = this.drawn.reduce((sum, row) => sum + Math.max(1, Math.ceil(columnsOf(row) / columns)), 0);
    return `\r\u001b[${rows}A\u001b[J`;
  }
}

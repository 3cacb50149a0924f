import type { CSSProperties } from 'react';

const LINES: readonly { width: string; caret?: { name: string; color: string } }[] = [
  { width: '46%' },
  { width: '92%' },
  { width: '78%', caret: { name: 'Luciana', color: '#7a3e9d' } },
  { width: '88%' },
  { width: '61%', caret: { name: 'Rafael', color: '#b4441f' } },
  { width: '83%' },
  { width: '37%', caret: { name: 'Patrícia', color: '#0f6e8c' } },
];

/** A page being written by several hands: what Kazumi is, without words. Decoration only. */
export function PageSketch() {
  return (
    <div aria-hidden className="w-full max-w-105 rounded-xl border bg-sheet px-9 py-11">
      <div className="flex flex-col gap-7">
        {LINES.map(({ width, caret }, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed drawing
            key={index}
            className="relative rounded-full"
            style={{ width, height: index === 0 ? 14 : 9, background: index === 0 ? 'var(--edge)' : 'var(--line)' }}
          >
            {caret && (
              <span
                className="-right-2 -top-2 absolute h-6 border-l-[3px]"
                style={{ borderColor: caret.color, '--person': caret.color } as CSSProperties}
              >
                <span
                  className="absolute bottom-full left-[-3px] whitespace-nowrap rounded-[6px_6px_6px_0] px-2 font-semibold text-[12px] text-white leading-[19px]"
                  style={{ background: caret.color }}
                >
                  {caret.name}
                </span>
              </span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

import { type TextareaHTMLAttributes, useEffect, useLayoutEffect, useRef } from 'react';
import * as Y from 'yjs';
import { cx } from '@/lib/cx';
import { textChange } from './text-change';

interface YTextareaProps
  extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'value' | 'defaultValue' | 'onInput' | 'onChange'> {
  text: Y.Text;
  /** Marks these edits for the undo manager. */
  origin: unknown;
}

/**
 * A text field over a `Y.Text`. The field is not controlled by React: each input becomes one minimal change of the shared
 * text, and a change from elsewhere is put into the field with the caret kept by relative positions.
 */
export function YTextarea({ text, origin, className, ...rest }: YTextareaProps) {
  const ref = useRef<HTMLTextAreaElement>(null);
  /** What the field shows. */
  const shown = useRef('');

  useLayoutEffect(() => {
    const field = ref.current;
    const doc = text.doc;
    if (!field || !doc) return;
    const show = () => {
      shown.current = text.toString();
      if (field.value !== shown.current) field.value = shown.current;
      growToText(field);
    };
    let anchors: [Y.RelativePosition, Y.RelativePosition] | null = null;
    const before = () => {
      anchors =
        document.activeElement === field && field.value === text.toString()
          ? [
              Y.createRelativePositionFromTypeIndex(text, field.selectionStart),
              Y.createRelativePositionFromTypeIndex(text, field.selectionEnd),
            ]
          : null;
    };
    const after = () => {
      if (field.value === text.toString()) {
        shown.current = field.value;
        return;
      }
      show();
      if (!anchors) return;
      const [start, end] = anchors.map((each) => Y.createAbsolutePositionFromRelativePosition(each, doc)?.index);
      field.setSelectionRange(start ?? field.value.length, end ?? field.value.length);
    };
    show();
    doc.on('beforeTransaction', before);
    text.observe(after);
    return () => {
      doc.off('beforeTransaction', before);
      text.unobserve(after);
    };
  }, [text]);

  useEffect(() => {
    const field = ref.current;
    if (!field) return;
    // The width decides how many lines there are.
    const watcher = new ResizeObserver(() => growToText(field));
    watcher.observe(field);
    return () => watcher.disconnect();
  }, []);

  function onInput() {
    const field = ref.current;
    if (!field) return;
    const change = textChange(shown.current, field.value, field.selectionEnd);
    if (!change) return;
    shown.current = field.value;
    text.doc?.transact(() => {
      if (change.remove > 0) text.delete(change.index, change.remove);
      if (change.insert) text.insert(change.index, change.insert);
    }, origin);
    growToText(field);
  }

  return (
    <textarea ref={ref} rows={1} onInput={onInput} className={cx('resize-none overflow-hidden', className)} {...rest} />
  );
}

/** As tall as its text. */
function growToText(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}

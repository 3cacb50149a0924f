import { useMutation } from '@tanstack/react-query';
import { Megaphone } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast-store';
import { problemText } from '@/lib/problem-text';
import { randomUuid } from '@/lib/uuid';
import { type Announcement, announce } from './class-queries';
import type { DeviceStore } from './device-store';
import { MOST_TEXT } from './protocol';

const MOST_TITLE = 120;
const DRAFT_MS = 400;

const empty = (): Announcement => ({ client_id: randomUuid(), title: '', text: '', needs_confirmation: true });

/** A draft of this device: the same name again when it is sent again, so that it is never announced twice. */
function draftOf(kept: string): Announcement {
  try {
    return { ...empty(), ...(JSON.parse(kept) as Announcement) };
  } catch {
    return empty();
  }
}

/** Where the school tells a class something. Opened on purpose: an announcement is not a message that slips out. */
export function AnnouncementForm({ room, store }: { room: string; store: DeviceStore }) {
  const { t } = useTranslation('chat');
  const [draft, setDraft] = useState<Announcement | null>(null);
  const [tried, setTried] = useState(false);
  const sent = useRef(false);
  useEffect(() => {
    if (!draft) return;
    const keep = () => void store.putDraft(room, JSON.stringify(draft)).catch(() => undefined);
    const timer = setTimeout(keep, DRAFT_MS);
    return () => {
      clearTimeout(timer);
      // Put away or closed within the moment: the last words too.
      if (!sent.current) keep();
    };
  }, [draft, room, store]);
  const send = useMutation({
    mutationFn: (announcement: Announcement) => announce(room, announcement),
    // An answer was lost, and the words were changed since: the first ones are published already.
    onError: (error) => {
      if (toProblem(error).status === 409) setDraft((now) => now && { ...now, client_id: randomUuid() });
    },
    onSuccess: () => {
      sent.current = true;
      void store.putDraft(room, '').catch(() => undefined);
      setDraft(null);
      setTried(false);
      toast(t('class.sent'));
    },
  });
  if (!draft)
    return (
      <Button
        className="w-full md:w-auto"
        onClick={() => {
          send.reset();
          sent.current = false;
          store.draft(room).then(
            (kept) => setDraft(kept ? draftOf(kept) : empty()),
            () => setDraft(empty()),
          );
        }}
      >
        <Megaphone className="size-5" aria-hidden />
        {t('class.new')}
      </Button>
    );
  const change = (more: Partial<Announcement>) => setDraft({ ...draft, ...more });
  const missing = (text: string) => (tried && !text.trim() ? t('class.missing') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.title.trim() && draft.text.trim()) send.mutate(draft);
  };
  const problem = send.error ? toProblem(send.error) : null;
  return (
    <form className="-mx-1 flex max-h-[70dvh] flex-col gap-3 overflow-y-auto px-1 py-2" onSubmit={submit} noValidate>
      <h2 className="text-lg">{t('class.new')}</h2>
      <Field label={t('class.title')} error={missing(draft.title)}>
        {(wiring) => (
          <Input
            {...wiring}
            autoFocus
            disabled={send.isPending}
            maxLength={MOST_TITLE}
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('class.text')} error={missing(draft.text)}>
        {(wiring) => (
          <Textarea
            {...wiring}
            rows={4}
            disabled={send.isPending}
            maxLength={MOST_TEXT}
            value={draft.text}
            onChange={(event) => change({ text: event.target.value })}
          />
        )}
      </Field>
      <Checkbox
        label={t('class.ask')}
        checked={draft.needs_confirmation}
        onChange={(needs_confirmation) => change({ needs_confirmation })}
      />
      {problem && (
        <Notice tone="danger" role="alert">
          {problem.code === 'too_many_attempts'
            ? t('class.too_many')
            : problem.status === 409
              ? t('class.was_sent')
              : problemText(problem)}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={send.isPending}>
          {t('class.send')}
        </Button>
        <Button look="quiet" onClick={() => setDraft(null)}>
          {t('class.later')}
        </Button>
      </div>
    </form>
  );
}

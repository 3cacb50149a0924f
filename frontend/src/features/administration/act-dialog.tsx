import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Act, ADMIN_KEY, doAct, previewAct } from '@/api/admin';
import { type ApiProblem, toProblem } from '@/api/problem';
import { studentsQuery } from '@/api/queries';
import type { Effect } from '@/api/types';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast-store';
import { problemText } from '@/lib/problem-text';
import { EffectView } from './effect-view';
import { confirmWords } from './words';

interface ActDialogProps {
  title: string;
  onClose: () => void;
  /** Null while the form lacks something. */
  act: Act | null;
  /** What is asked before the preview; without it the preview comes at once. */
  form?: ReactNode;
  /** What is said when it is done. */
  done: (effect: Effect) => string;
  /** How to take it back, where that makes sense. */
  undo?: (effect: Effect) => Act | null;
}

/** A form if need be, then what the act would do, then the button that does it. Nothing is done without having been shown. */
export function ActDialog({ title, onClose, act, form, done, undo }: ActDialogProps) {
  const { t } = useTranslation(['administration', 'common']);
  const client = useQueryClient();
  const [knows, setKnows] = useState(false);
  const [step, setStep] = useState<'form' | 'preview'>(form ? 'form' : 'preview');
  const preview = useMutation({ mutationFn: previewAct });
  const settle = () => {
    void client.invalidateQueries({ queryKey: [ADMIN_KEY] });
    void client.invalidateQueries({ queryKey: studentsQuery.queryKey });
  };
  const doing = useMutation({
    mutationFn: () => (act ? doAct(act, preview.data?.warnings) : Promise.reject(new Error('no act'))),
    onSuccess: (effect) => {
      settle();
      const back = undo?.(effect);
      toast(done(effect), back ? { label: t('common:undo'), run: () => void takeBack(back) } : undefined);
      onClose();
    },
    onError: (error) => {
      if (toProblem(error).code === 'changed_meanwhile') settle();
    },
  });

  async function takeBack(back: Act) {
    try {
      await doAct(back);
      toast(t('act.undone'));
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'cancelled') toast(problemText(problem));
    }
    settle();
  }

  const look = preview.mutate;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an act without a form is looked at once, when the dialog opens
  useEffect(() => {
    if (!form && act) look(act);
  }, []);

  const effect = preview.data;
  const error = doing.error ?? preview.error;
  const problem = error ? toProblem(error) : null;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} sheet>
      {step === 'form' ? (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!act) return;
            setStep('preview');
            look(act);
          }}
        >
          {form}
          <Button type="submit" disabled={!act} className="w-full">
            {t('form.next')}
          </Button>
        </form>
      ) : (
        <div className="flex flex-col gap-4">
          {preview.isPending && <p role="status">{t('act.looking')}</p>}
          {effect && <EffectView effect={effect} />}
          {effect && effect.warnings.length > 0 && (
            <Checkbox checked={knows} onChange={setKnows} label={t('act.know')} />
          )}
          {problem && problem.code !== 'cancelled' && (
            <Notice tone="danger" role="alert">
              {refusalWords(problem, t)}
            </Notice>
          )}
          <div className="flex flex-col gap-2">
            {effect && (
              <Button
                className="w-full"
                busy={doing.isPending}
                disabled={effect.warnings.length > 0 && !knows}
                onClick={() => doing.mutate()}
              >
                {confirmWords(effect)}
              </Button>
            )}
            <Button
              look="outline"
              className="w-full"
              onClick={() => {
                if (!form) return onClose();
                preview.reset();
                doing.reset();
                setStep('form');
              }}
            >
              {form ? t('form.back') : t('common:cancel')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function refusalWords(problem: ApiProblem, t: (key: 'field.user_id' | 'field.function' | 'field.other') => string) {
  if (problem.code !== 'validation') return problemText(problem);
  const field = problem.fields[0]?.field;
  return t(field === 'user_id' || field === 'function' ? `field.${field}` : 'field.other');
}

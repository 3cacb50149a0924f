import { useMutation } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { withStepUp } from '@/api/step-up';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { isSharedDevice } from '@/lib/device';
import { problemText } from '@/lib/problem-text';
import { saveFile } from '@/lib/save-file';
import { takeDossier } from './queries';

/** Everything about the child in one file, to keep or to print. */
export function Dossier({ studentId, name }: { studentId: string; name: string }) {
  const { t } = useTranslation('privacy');
  const take = useMutation({
    mutationFn: () => withStepUp(() => takeDossier(studentId)),
    onSuccess: (file) => saveFile(t('dossier.file'), file),
  });
  const problem = take.error ? toProblem(take.error) : null;
  return (
    <section aria-labelledby="dossier" className="mt-10">
      <h2 id="dossier" className="text-2xl">
        {t('dossier.title')}
      </h2>
      <p className="mt-2 max-w-[60ch] text-soft">{t('dossier.intro', { name })}</p>
      <p className="mt-2 max-w-[60ch] text-soft">{t('dossier.seen')}</p>
      {isSharedDevice() && (
        <div className="mt-3">
          <Notice tone="attention">{t('dossier.shared')}</Notice>
        </div>
      )}
      <Button look="outline" className="mt-4" busy={take.isPending} onClick={() => take.mutate()}>
        {!take.isPending && <FileDown className="size-5" aria-hidden />}
        {t(take.isPending ? 'dossier.busy' : 'dossier.take')}
      </Button>
      <div role="status">
        {take.isSuccess && <p className="mt-3 max-w-[60ch] font-semibold">{t('dossier.done')}</p>}
      </div>
      {problem && problem.code !== 'cancelled' && (
        <div className="mt-3">
          <Notice tone="danger" role="alert">
            {problem.code === 'overloaded' ? t('dossier.overloaded') : problemText(problem)}
          </Notice>
        </div>
      )}
    </section>
  );
}

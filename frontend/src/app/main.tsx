import '../index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { resume } from '@/api/session';
import { startI18n } from '@/lib/i18n';
import { startTheme } from '@/lib/theme';
import { CrashGuard } from './crash-guard';
import { Providers } from './providers';
import { Router } from './router';

startTheme();
startI18n();
void resume();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Providers>
      <CrashGuard>
        <Router />
      </CrashGuard>
    </Providers>
  </StrictMode>,
);

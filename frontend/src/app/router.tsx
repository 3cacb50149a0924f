import { lazy, Suspense } from 'react';
import { BrowserRouter, Outlet, Route, Routes, useMatch } from 'react-router';
import { useMe } from '@/api/use-session';
import { Loading } from '@/components/layout/loading';
import { Shell } from '@/components/layout/shell';
import { NotThere } from '@/components/not-there';
import { RequireSession } from '@/features/auth/require-session';
import { StepUpDialog } from '@/features/auth/step-up-dialog';
import { useLogout } from '@/features/auth/use-logout';
import { useConversations, useUnreadMessages } from './use-conversations';

const LoginPage = lazy(() => import('@/features/auth/login-page'));
const InvitationPage = lazy(() => import('@/features/entry/invitation-page'));
const ForgotPage = lazy(() => import('@/features/entry/forgot-page'));
const ResetPage = lazy(() => import('@/features/entry/reset-page'));
const PasswordPage = lazy(() => import('@/features/entry/password-page'));
const StudentsPage = lazy(() => import('@/features/students/students-page'));
const AccountPage = lazy(() => import('@/features/account/account-page'));
const AccessesPage = lazy(() => import('@/features/accesses/accesses-page'));
const PrivacyPage = lazy(() => import('@/features/privacy/privacy-page'));
const AdministrationPages = lazy(() => import('@/features/administration/administration-pages'));
const ConversationsPage = lazy(() => import('@/features/chat/conversations-page'));
const PeiPage = lazy(() => import('@/features/pei/pei-page'));

function SignedIn() {
  return (
    <RequireSession>
      <Talking />
      <Outlet />
      <StepUpDialog />
    </RequireSession>
  );
}

function Talking() {
  useConversations();
  return null;
}

function Framed() {
  const me = useMe();
  const { start, dialog } = useLogout(me);
  const unread = useUnreadMessages();
  const inbox = useMatch('/conversas');
  const room = useMatch('/conversas/:roomId');
  return (
    <Shell me={me} onLogout={start} unread={unread} fill={room ? 'bare' : inbox ? 'page' : undefined}>
      <Suspense fallback={null}>
        <Outlet />
      </Suspense>
      {dialog}
    </Shell>
  );
}

/** The PEI page draws its own frame; it gets the way out from here, because features do not import each other. */
function OwnFrame() {
  const me = useMe();
  const { start, dialog } = useLogout(me);
  return (
    <>
      <Outlet context={{ onLogout: start }} />
      {dialog}
    </>
  );
}

/** Each page is a chunk of its own, so that the editor travels only to who edits. */
export function Router() {
  return (
    <BrowserRouter>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="/entrar" element={<LoginPage />} />
          <Route path="/convite" element={<InvitationPage />} />
          <Route path="/esqueci" element={<ForgotPage />} />
          <Route path="/redefinir" element={<ResetPage />} />
          <Route element={<SignedIn />}>
            <Route element={<Framed />}>
              <Route index element={<StudentsPage />} />
              <Route path="/administracao/*" element={<AdministrationPages />} />
              <Route path="/conversas/:roomId?" element={<ConversationsPage />} />
              <Route path="/conta" element={<AccountPage />} />
              <Route path="/senha" element={<PasswordPage />} />
              <Route path="/estudantes/:studentId/acessos" element={<AccessesPage />} />
              <Route path="/estudantes/:studentId/privacidade" element={<PrivacyPage />} />
              <Route path="*" element={<NotThere />} />
            </Route>
            <Route element={<OwnFrame />}>
              <Route path="/peis/:peiId/:section?" element={<PeiPage />} />
            </Route>
          </Route>
        </Routes>
      </Suspense>
    </BrowserRouter>
  );
}

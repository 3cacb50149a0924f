import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toProblem } from '@/api/problem';
import { getSession, subscribeSession } from '@/api/session';
import { Toaster } from '@/components/ui/toaster';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // An answer with a code is final; only silence and overload are worth a second try.
      retry: (count, error) => count < 2 && ['network', 'overloaded'].includes(toProblem(error).code),
    },
  },
});

// What one person saw must not flash before the eyes of the next.
subscribeSession(() => {
  if (getSession().status === 'out') client.clear();
});

export function Providers({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      {children}
      <Toaster />
    </QueryClientProvider>
  );
}

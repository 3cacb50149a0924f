import { beforeEach, describe, expect, it, vi } from 'vitest';

const post = vi.hoisted(() => vi.fn());
vi.mock('axios', () => ({ default: { create: () => ({ post }) }, isAxiosError: () => false }));

const answer = (id: string) => ({
  data: { access_token: `of-${id}`, expires_in: 900, second_factor: null, user: { user_id: id } },
});
const replace = vi.fn();

async function signedIn(id: string) {
  vi.resetModules();
  const session = await import('./session');
  post.mockResolvedValueOnce(answer(id));
  await session.login('a@b', 'c', false);
  return session;
}

beforeEach(() => {
  replace.mockReset();
  vi.stubGlobal('window', { location: { replace } });
  vi.stubGlobal('navigator', {});
});

describe('session', () => {
  it('never hands the credentials of another person to the page of this one', async () => {
    const session = await signedIn('ana');
    post.mockResolvedValueOnce(answer('bia'));
    await expect(session.refresh()).rejects.toMatchObject({ code: 'session_ended' });
    expect(session.currentToken()).toBeNull();
    expect(session.getSession().status).toBe('out');
    expect(replace).toHaveBeenCalledWith('/');
  });

  it('goes on when the answer belongs to the same person', async () => {
    const session = await signedIn('ana');
    post.mockResolvedValueOnce(answer('ana'));
    await expect(session.refresh()).resolves.toBe('of-ana');
    expect(session.getSession().status).toBe('in');
    expect(replace).not.toHaveBeenCalled();
  });

  it('does not start before the second factor is shown', async () => {
    vi.resetModules();
    const session = await import('./session');
    const half = answer('ana');
    post.mockResolvedValueOnce({ data: { ...half.data, second_factor: 'totp' } });
    await session.resume();
    expect(session.getSession()).toEqual({ status: 'out', left: false, owed: 'totp' });
    post.mockResolvedValueOnce({ data: { ...half.data, second_factor: 'totp' } });
    await expect(session.login('a@b', 'c', false)).resolves.toBe('totp');
    expect(session.getSession().status).toBe('out');
    post.mockResolvedValueOnce(half);
    await session.refresh();
    expect(session.getSession().status).toBe('in');
  });

  it('is kept alive by a person at work, and not with every key', async () => {
    const session = await signedIn('ana');
    post.mockClear();
    session.stayAlive();
    expect(post).not.toHaveBeenCalled();
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 301_000);
    post.mockResolvedValueOnce(answer('ana'));
    session.stayAlive();
    session.stayAlive();
    expect(post).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from './problem';

const post = vi.hoisted(() => vi.fn());
vi.mock('./http', () => ({ http: { post } }));
vi.mock('./session', () => ({ subscribeSession: () => undefined, getSession: () => ({ status: 'in' }) }));

import { cancelStepUp, confirmStepUp, getStepUp, subscribeStepUp, withStepUp } from './step-up';

const wanted = () => new ApiProblem('step_up_required', 403);
const asked = () =>
  new Promise<void>((resolve) => {
    const stop = subscribeStepUp(() => {
      if (!getStepUp()) return;
      stop();
      resolve();
    });
  });

beforeEach(() => post.mockReset());

describe('a fresh proof', () => {
  it('is not asked for while the server does not want it', async () => {
    await expect(withStepUp(async () => 'done')).resolves.toBe('done');
    await expect(withStepUp(() => Promise.reject(new ApiProblem('forbidden', 403)))).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(getStepUp()).toBeNull();
  });

  it('is asked for, and the act runs again', async () => {
    const act = vi.fn().mockRejectedValueOnce(wanted()).mockResolvedValueOnce('done');
    const open = asked();
    const result = withStepUp(act);
    await open;
    expect(act).toHaveBeenCalledTimes(1);
    post.mockResolvedValueOnce({});
    await confirmStepUp('secret');
    await expect(result).resolves.toBe('done');
    expect(post).toHaveBeenCalledWith('/auth/step-up', { password: 'secret' });
    expect(act).toHaveBeenCalledTimes(2);
    expect(getStepUp()).toBeNull();
  });

  it('stays asked for after a wrong password, and may need a code', async () => {
    const act = vi.fn().mockRejectedValueOnce(wanted()).mockResolvedValueOnce('done');
    const open = asked();
    const result = withStepUp(act);
    await open;
    post.mockRejectedValueOnce(new ApiProblem('second_factor_required', 401));
    await expect(confirmStepUp('secret')).rejects.toMatchObject({ code: 'second_factor_required' });
    expect(getStepUp()).not.toBeNull();
    post.mockResolvedValueOnce({});
    await confirmStepUp('secret', '123456');
    expect(post).toHaveBeenLastCalledWith('/auth/step-up', { password: 'secret', code: '123456' });
    await expect(result).resolves.toBe('done');
  });

  it('may be refused by the person, and then the act does not run again', async () => {
    const act = vi.fn().mockRejectedValue(wanted());
    const open = asked();
    const result = withStepUp(act);
    await open;
    cancelStepUp();
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(act).toHaveBeenCalledTimes(1);
    expect(getStepUp()).toBeNull();
  });

  it('is asked for once for acts that start together', async () => {
    const one = vi.fn().mockRejectedValueOnce(wanted()).mockResolvedValueOnce(1);
    const two = vi.fn().mockRejectedValueOnce(wanted()).mockResolvedValueOnce(2);
    const open = asked();
    const results = Promise.all([withStepUp(one), withStepUp(two)]);
    await open;
    post.mockResolvedValueOnce({});
    await confirmStepUp('secret');
    await expect(results).resolves.toEqual([1, 2]);
  });
});

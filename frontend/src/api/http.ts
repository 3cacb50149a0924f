import axios, { type AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { toProblem } from './problem';
import { currentToken, refresh } from './session';

/** The signed-in client: adds the access token and renews it once when the server says that it no longer counts. */
export const http = axios.create({ baseURL: '/api/v1', timeout: 15_000 });

const ABOUT_THE_PERSON: ReadonlySet<string> = new Set(['invalid_credentials', 'second_factor_required']);

type Retriable = InternalAxiosRequestConfig & { retried?: boolean };

http.interceptors.request.use((config) => {
  const token = currentToken();
  if (token) config.headers.set('Authorization', `Bearer ${token}`);
  return config;
});

http.interceptors.response.use(undefined, async (error: AxiosError) => {
  const config = error.config as Retriable | undefined;
  const problem = toProblem(error);
  // A wrong password or code is a 401 too, and must not be tried twice.
  if (problem.status !== 401 || !config || config.retried || ABOUT_THE_PERSON.has(problem.code)) throw problem;
  config.retried = true;
  await refresh();
  return http(config);
});

import axios, { type AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { toProblem } from './problem';
import { currentToken, refresh } from './session';

/** The signed-in client: adds the access token and renews it once when the server says 401. */
export const http = axios.create({ baseURL: '/api/v1', timeout: 15_000 });

type Retriable = InternalAxiosRequestConfig & { retried?: boolean };

http.interceptors.request.use((config) => {
  const token = currentToken();
  if (token) config.headers.set('Authorization', `Bearer ${token}`);
  return config;
});

http.interceptors.response.use(undefined, async (error: AxiosError) => {
  const config = error.config as Retriable | undefined;
  if (error.response?.status !== 401 || !config || config.retried) throw toProblem(error);
  config.retried = true;
  await refresh();
  return http(config);
});

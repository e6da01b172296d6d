import createClient from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type Problem = components['schemas']['Problem'];

/** What the API answered instead of what was asked for. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

/** A client of one host; whoever signs in sets the access token. */
export function connect(baseUrl: string) {
  let accessToken: string | undefined;
  const api = createClient<paths>({ baseUrl });
  api.use({
    onRequest({ request }) {
      if (accessToken) request.headers.set('Authorization', `Bearer ${accessToken}`);
      return request;
    },
  });
  return { api, signIn: (token: string) => void (accessToken = token) };
}

/** The answer, or the problem as an error. */
export async function answer<T>(call: Promise<{ data?: T; error?: Problem; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (error) throw new ProblemError(error);
  if (!response.ok) throw new Error(`${response.status} without a problem`);
  return data as T;
}

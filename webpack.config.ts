import type { Configuration } from 'webpack';
import { mergeWithRules } from 'webpack-merge';

import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

export default async function config(env: Env): Promise<Configuration> {
  return mergeWithRules({})(await grafanaConfig(env), {});
}

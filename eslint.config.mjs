import typescriptParser from '@typescript-eslint/parser';
import typescriptPlugin from '@typescript-eslint/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';

import grafanaConfig from './.config/eslint.config.mjs';

export default defineConfig([
  globalIgnores(['**/node_modules/', 'dist/', '.config/', 'test-results/', 'playwright-report/', 'artifacts/']),
  ...grafanaConfig,
  {
    // The backend and the tests run outside the browser and have their own TypeScript projects.
    files: ['pkg/**/*.ts', 'tests/**/*.{ts,tsx}', '*.config.*ts'],
    languageOptions: { parser: typescriptParser },
    plugins: { '@typescript-eslint': typescriptPlugin },
    rules: {
      ...typescriptPlugin.configs.recommended.rules,
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true, caughtErrors: 'none' },
      ],
      'no-console': ['error', { allow: ['error'] }],
      eqeqeq: ['error', 'always'],
      'prefer-const': 'error',
      'no-control-regex': 'off',
      'react-hooks/rules-of-hooks': 'off',
    },
  },
  { files: ['tests/**/*'], rules: { 'no-console': 'off', 'react/react-in-jsx-scope': 'off' } },
]);

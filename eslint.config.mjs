import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import typescript from 'typescript-eslint';

export default defineConfig([
  {
    ignores: [
      '**/node_modules/',
      '.*/',
      'build/',
      'demo/',
      'dist/',
      'examples/',
      'converter/',
      'jupyter_ext/lib/',
      'jupyter_ext/jupyterlab_nb2pipe/',
      'tests/workflow/',
      'test-results/'
    ]
  },
  { plugins: { jupyter } },
  { files: ['**/*.{js,mjs,ts,tsx}'], extends: [js.configs.recommended] },
  jupyter.configs.recommended,
  {
    files: ['*.js', 'jupyter_ext/*.js', 'tests/**/*.js'],
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      sourceType: 'commonjs'
    }
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [typescript.configs.strict],
    plugins: { 'react-hooks': hooks },
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        project: ['./tsconfig.test.json'],
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports' }
      ],
      // JupyterLab keeps what belongs to a class in the namespace of its name.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // The plugin loads late what is used late; the size of the rest is tested.
      'jupyter/prefer-lazy-imports': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'max-lines-per-function': ['error', 80],
      'prefer-arrow-callback': ['error', { allowNamedFunctions: true }]
    }
  },
  {
    files: ['tests/**/*.ts', 'tests/**/*.tsx'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'jupyter/command-described-by': 'off',
      'max-lines-per-function': 'off'
    }
  },
  prettier
]);

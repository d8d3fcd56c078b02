const jupyterlab = require('@jupyterlab/testing/lib/jest-config')(__dirname);

// Packages that come as ES modules.
const modules = [
  '@codemirror',
  '@dagrejs',
  '@jupyter',
  '@jupyterlab',
  '@lezer',
  '@lumino',
  '@marijn',
  '@microsoft',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

module.exports = {
  ...jupyterlab,
  roots: ['<rootDir>/jupyter_ext/src', '<rootDir>/tests/jupyter_ext'],
  setupFiles: [
    ...jupyterlab.setupFiles,
    '<rootDir>/tests/jupyter_ext/timeline.js'
  ],
  testRegex: '/tests/jupyter_ext/.*\\.spec\\.tsx?$',
  reporters: ['default'],
  transform: {
    '\\.svg$': '@jupyterlab/testing/lib/jest-raw-loader.js',
    '^.+\\.tsx?$': [
      'ts-jest',
      { tsconfig: '<rootDir>/tsconfig.test.json', diagnostics: false }
    ],
    '^.+\\.jsx?$': [
      'babel-jest',
      {
        babelrc: false,
        presets: [['@babel/preset-env', { targets: { node: 'current' } }]]
      }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!${modules}).+`]
};

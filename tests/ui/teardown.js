const fs = require('node:fs');

/** Remove what the tests made; the traces of failed ones are in there, and stay when asked for. */
module.exports = () => {
  if (!process.env.NB2PIPE_UI_KEEP) {
    fs.rmSync(process.env.NB2PIPE_UI_HOME, { recursive: true, force: true });
  }
};

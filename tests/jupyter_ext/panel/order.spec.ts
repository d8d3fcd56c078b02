import { inOrder } from '../../../jupyter_ext/src/panel/order';
import type { IDiagnostic } from '../../../jupyter_ext/src/protocol';

function finding(
  severity: 'error' | 'warning',
  number: number | null,
  line: number | null
): IDiagnostic {
  return {
    code: 'NB201',
    severity,
    message: '',
    advice: '',
    cell: null,
    number,
    line,
    column: null,
    excerpt: '',
    fix: null
  };
}

describe('inOrder', () => {
  it('has errors first, each as they stand in the notebook', () => {
    const findings = [
      finding('warning', 1, 1),
      finding('error', 9, 2),
      finding('error', 9, 1),
      finding('warning', null, null),
      finding('error', 2, 5)
    ];
    const sorted = inOrder(findings).map(({ severity, number, line }) => [
      severity,
      number,
      line
    ]);
    expect(sorted).toEqual([
      ['error', 2, 5],
      ['error', 9, 1],
      ['error', 9, 2],
      ['warning', null, null],
      ['warning', 1, 1]
    ]);
    expect(findings[0].severity).toBe('warning');
  });
});

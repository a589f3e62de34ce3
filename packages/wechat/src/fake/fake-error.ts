/** What the fake answers instead of a result. */
export class FakeError {
  readonly errcode: number;
  readonly errmsg: string;

  constructor(errcode: number, errmsg: string) {
    this.errcode = errcode;
    this.errmsg = errmsg;
  }
}

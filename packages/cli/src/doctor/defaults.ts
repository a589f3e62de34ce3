/** What the doctor waits for and how much it sends. Durations in seconds, sizes in bytes. */
export interface DoctorLimits {
  /** How long each step may take. Range 1 to 120. @defaultValue 10 */
  readonly timeoutS: number;
  /** How long to wait for the server's first ping. 0 turns it off. Range to 120. @defaultValue 35 */
  readonly listenS: number;
  /** How long to hold a silent connection. 0 turns it off. Range to 7_200. @defaultValue 0 */
  readonly idleS: number;
  /** How often to negotiate and connect. 0 turns it off. Range to 100. @defaultValue 5 */
  readonly tries: number;
  /** Messages at once. 0 turns it off. Range to 1_000. @defaultValue 20 */
  readonly burst: number;
  /**
   * The largest message that must pass. 0 turns it off. Range to 8_388_608. A SignalR server takes 32 KB unless told
   * otherwise.
   * @defaultValue 30_000
   */
  readonly messageBytes: number;
  /** Days before the end of a certificate from which it is reported. @defaultValue 14 */
  readonly certificateDays: number;
}

/** The defaults of {@link DoctorLimits}. */
export const defaultDoctorLimits: DoctorLimits = {
  timeoutS: 10,
  listenS: 35,
  idleS: 0,
  tries: 5,
  burst: 20,
  messageBytes: 30_000,
  certificateDays: 14,
};

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with what it needs to be served; each is PEM text, and a file for programs that want one. */
export interface Served {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface LeafOptions {
  readonly names?: readonly string[];
  /** Days from now. */
  readonly fromDays?: number;
  readonly toDays?: number;
  /** Whether the chain is complete. */
  readonly withIntermediate?: boolean;
  readonly rsaBits?: number;
}

const configuration = `[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = p
unique_subject = no
[p]
commonName = optional
`;

function dateOf(days: number): string {
  const text = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${text.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}

/** A root, an intermediate, and certificates below it, made by OpenSSL's program in a folder of its own. */
export class TestAuthority implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'minihub-ca-'));
  readonly rootFile: string = join(this.folder, 'root.pem');
  #count = 0;

  constructor() {
    for (const [name, text] of [
      ['ca.cnf', configuration],
      ['index.txt', ''],
      ['serial', '01\n'],
    ] as const)
      writeFileSync(join(this.folder, name), text);
    const subject = ['-subj', '/CN=minihub test root', '-days', '3650', '-addext', 'basicConstraints=critical,CA:TRUE'];
    this.#run('req', '-x509', ...this.#newKey('root'), '-out', 'root.pem', ...subject);
    this.#sign('intermediate', 'root', 'minihub test intermediate', 'basicConstraints=critical,CA:TRUE', {});
  }

  /** A certificate for `chat.test` unless told otherwise, valid for three months. */
  issue(options: LeafOptions = {}): Served {
    const name = `leaf${++this.#count}`;
    const names = (options.names ?? ['chat.test']).map((host) => `DNS:${host}`).join(',');
    this.#sign(name, 'intermediate', 'leaf', `subjectAltName=${names}`, options);
    const chain = options.withIntermediate === false ? [name] : [name, 'intermediate'];
    return this.#served(name, chain.map((one) => this.#read(`${one}.pem`)).join(''));
  }

  /** A certificate that nobody but itself vouches for. */
  selfSigned(): Served {
    const name = `self${++this.#count}`;
    const subject = ['-subj', '/CN=chat.test', '-days', '90', '-addext', 'subjectAltName=DNS:chat.test'];
    this.#run('req', '-x509', ...this.#newKey(name), '-out', `${name}.pem`, ...subject);
    return this.#served(name, this.#read(`${name}.pem`));
  }

  #served(name: string, cert: string): Served {
    const certFile = join(this.folder, `${name}-chain.pem`);
    writeFileSync(certFile, cert);
    return { cert, key: this.#read(`${name}.key`), certFile, keyFile: join(this.folder, `${name}.key`) };
  }

  #newKey(name: string, rsaBits?: number): string[] {
    const kind =
      rsaBits === undefined ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', `rsa:${rsaBits}`];
    return [...kind, '-nodes', '-keyout', `${name}.key`];
  }

  #sign(
    name: string,
    by: string,
    subject: string,
    extension: string,
    { fromDays = -1, toDays = 90, rsaBits }: LeafOptions,
  ): void {
    this.#run('req', '-new', ...this.#newKey(name, rsaBits), '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    writeFileSync(join(this.folder, `${name}.ext`), `${extension}\n`);
    const validity = ['-startdate', dateOf(fromDays), '-enddate', dateOf(toDays)];
    const signer = ['-cert', `${by}.pem`, '-keyfile', `${by}.key`];
    this.#run(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-notext',
      ...signer,
      ...validity,
      '-extfile',
      `${name}.ext`,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
    );
  }

  #read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  #run(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

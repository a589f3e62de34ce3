// The entry for who needs the hub connection and nothing else.
export { connect } from './hub/connect.ts';

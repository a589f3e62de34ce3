export {
  type JwtAlgorithm,
  type JwtAuthenticatorOptions,
  type JwtClaims,
  type JwtKey,
  jwtAuthenticator,
} from './jwt/jwt-authenticator.ts';

/** The console verifies an operator's password as the storage verifies a user's. */
export { hashPassword, verifyPassword } from '../../domain/users/passwords.js';

export { login, loginRecord, type Credentials, type Login } from "./login.ts";
export { register, registrationRecord, type NewAccount, type Registration } from "./register.ts";

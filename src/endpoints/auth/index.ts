export { login, loginRecord, type LoginInput, type Login } from "./login.ts";
export { register, registrationRecord, type RegisterInput, type Registration } from "./register.ts";

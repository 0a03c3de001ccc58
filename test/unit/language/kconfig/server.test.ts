import { ruleCases } from './support';

const CLIENT = 'CONFIG_LWM2M_CLIENT_UTILS=y\n';
const DTLS = 'CONFIG_LWM2M_DTLS_SUPPORT=y\n';
const BOOTSTRAP = 'CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP=y\n';
const server = (uri: string): string => `CONFIG_LWM2M_CLIENT_UTILS_SERVER="${uri}"\n`;

ruleCases('kconfig/server-missing', [
  {
    situation: 'no line names it',
    files: CLIENT,
    says: /CONFIG_LWM2M_CLIENT_UTILS_SERVER is missing/,
    at: 'CONFIG_LWM2M_CLIENT_UTILS=y',
    fixed: false,
  },
  { situation: 'it is empty', files: CLIENT + server(''), says: /is empty/, fixed: false },
  { situation: 'it is there', files: CLIENT + server('coap://h:5683') },
  {
    situation: 'the folder’s Kconfig has it',
    files: { 'prj.conf': CLIENT, Kconfig: 'config LWM2M_CLIENT_UTILS_SERVER\n\tdefault "coap://h"\n' },
  },
  {
    situation: 'a file that the folder’s Kconfig takes in may have it',
    files: { 'prj.conf': CLIENT, Kconfig: 'rsource "src/cloud/Kconfig.*"\nsource "Kconfig.zephyr"\n' },
  },
  {
    situation: 'the folder’s Kconfig takes in Zephyr’s own alone',
    files: {
      'prj.conf': CLIENT,
      Kconfig: 'source "Kconfig.zephyr"\nsource "$(ZEPHYR_BASE)/x/Kconfig"\n',
    },
    says: /is missing/,
    fixed: false,
  },
  {
    situation: 'the application fills the Security object itself',
    files: `${CLIENT}CONFIG_LWM2M_CLIENT_UTILS_SECURITY_OBJ_SUPPORT=n`,
  },
]);

ruleCases('kconfig/server-scheme', [
  {
    situation: 'https',
    files: CLIENT + server('https://h:5684'),
    says: /scheme https/,
    fixed: CLIENT + server('coaps://h:5684'),
  },
  {
    situation: 'none at all, with DTLS',
    files: CLIENT + DTLS + server('192.168.1.20:5684'),
    says: /no scheme/,
    fixed: CLIENT + DTLS + server('coaps://192.168.1.20:5684'),
  },
  {
    situation: 'capitals',
    files: CLIENT + server('COAP://[fd00::1]:5683'),
    says: /scheme COAP/,
    fixed: CLIENT + server('coap://[fd00::1]:5683'),
  },
  {
    situation: 'TCP',
    files: CLIENT + server('coap+tcp://h'),
    says: /scheme coap\+tcp/,
    fixed: CLIENT + server('coap://h'),
  },
  { situation: 'coap', files: CLIENT + server('coap://h') },
  { situation: 'coaps', files: CLIENT + server('coaps://h') },
]);

ruleCases('kconfig/coaps-without-dtls', [
  {
    situation: 'DTLS is off by default',
    files: CLIENT + server('coaps://h:5684'),
    says: /needs CONFIG_LWM2M_DTLS_SUPPORT=y/,
    at: server('coaps://h:5684').trim(),
    fixed: `${CLIENT}${server('coaps://h:5684').trim()}\nCONFIG_LWM2M_DTLS_SUPPORT=y\n`,
  },
  {
    situation: 'an overlay turns it off',
    files: {
      'prj.conf': CLIENT + DTLS + server('coaps://h:5684'),
      'overlay-plain.conf': '# CONFIG_LWM2M_DTLS_SUPPORT is not set\n',
    },
    says: /needs/,
    in: 'overlay-plain.conf',
    fixed: 'CONFIG_LWM2M_DTLS_SUPPORT=y\n',
  },
  {
    situation: 'Zephyr’s own sample',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_APP_SERVER="coaps://h:5684"',
    platform: 'zephyr-4.1.0',
    says: /CONFIG_LWM2M_APP_SERVER/,
  },
  { situation: 'DTLS is on', files: CLIENT + DTLS + server('coaps://h:5684') },
  { situation: 'coap', files: CLIENT + server('coap://h:5683') },
]);

ruleCases('kconfig/coap-with-dtls', [
  {
    situation: 'DTLS is on for nothing',
    files: CLIENT + DTLS + server('coap://h:5683'),
    says: /clear text/,
    fixed: `${CLIENT}CONFIG_LWM2M_DTLS_SUPPORT=n\n${server('coap://h:5683')}`,
  },
  {
    situation: 'an overlay goes to a plain server, and has to turn DTLS off itself',
    files: {
      'prj.conf': CLIENT + DTLS + server('coaps://h:5684'),
      'overlay-local.conf': server('coap://192.168.1.20:5683'),
    },
    says: /192\.168\.1\.20/,
    in: 'overlay-local.conf',
    fixed: `${server('coap://192.168.1.20:5683')}CONFIG_LWM2M_DTLS_SUPPORT=n\n`,
  },
  { situation: 'DTLS is off', files: CLIENT + server('coap://h:5683') },
  { situation: 'coaps', files: CLIENT + DTLS + server('coaps://h:5684') },
]);

ruleCases('kconfig/coaps-port-missing', [
  {
    situation: 'it falls back to that of coap',
    files: CLIENT + DTLS + server('coaps://h'),
    says: [/goes to 5683/, /5684/],
    fixed: CLIENT + DTLS + server('coaps://h:5684'),
  },
  {
    situation: 'an IPv6 address and a path',
    files: CLIENT + DTLS + server('coaps://[fd00::1]/x'),
    says: /no port/,
    fixed: CLIENT + DTLS + server('coaps://[fd00::1]:5684/x'),
  },
  {
    situation: 'the engine’s port is that of coaps',
    files: `${CLIENT}${DTLS}${server('coaps://h')}CONFIG_LWM2M_PEER_PORT=5684`,
  },
  { situation: 'coap falls back to its own', files: CLIENT + server('coap://h') },
]);

ruleCases('kconfig/port-of-other-scheme', [
  {
    situation: 'coaps at 5683',
    files: CLIENT + DTLS + server('coaps://h:5683'),
    says: /5683 is that of coap, coaps is at 5684/,
    fixed: CLIENT + DTLS + server('coaps://h:5684'),
  },
  {
    situation: 'coap at 5684',
    files: CLIENT + server('coap://h:5684'),
    says: /5684 is that of coaps/,
    fixed: CLIENT + server('coap://h:5683'),
  },
  { situation: 'another port', files: CLIENT + server('coap://h:5783') },
]);

ruleCases('kconfig/bootstrap-port', [
  {
    situation: 'Leshan’s bootstrap server without bootstrap',
    files: CLIENT + DTLS + server('coaps://leshan.eclipseprojects.io:5784'),
    says: [/Leshan’s bootstrap server/, /CONFIG_LWM2M_RD_CLIENT_SUPPORT_BOOTSTRAP is off/],
  },
  {
    situation: 'Coiote’s',
    files: CLIENT + DTLS + server('coaps://eu.iot.avsystem.cloud:5694'),
    says: /Coiote/,
  },
  {
    situation: 'bootstrap is on',
    files: CLIENT + BOOTSTRAP + server('coaps://leshan.eclipseprojects.io:5784'),
  },
]);

ruleCases('kconfig/management-port', [
  {
    situation: 'bootstrap at Leshan’s management server',
    files: CLIENT + BOOTSTRAP + server('coaps://leshan.eclipseprojects.io:5684'),
    says: /5784/,
    fixed: CLIENT + BOOTSTRAP + server('coaps://leshan.eclipseprojects.io:5784'),
  },
  {
    situation: 'bootstrap at Coiote’s',
    files: CLIENT + BOOTSTRAP + server('coaps://eu.iot.avsystem.cloud:5684'),
    says: /5694/,
    fixed: CLIENT + BOOTSTRAP + server('coaps://eu.iot.avsystem.cloud:5694'),
  },
  { situation: 'an unknown host', files: CLIENT + BOOTSTRAP + server('coaps://h:5684') },
  { situation: 'bootstrap is off', files: CLIENT + server('coaps://leshan.eclipseprojects.io:5684') },
]);

ruleCases('kconfig/bootstrap-instances', [
  {
    situation: 'one Security instance',
    files: `${CLIENT}${BOOTSTRAP}CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=1\n`,
    says: /CONFIG_LWM2M_SECURITY_INSTANCE_COUNT is 1/,
    fixed: `${CLIENT}${BOOTSTRAP}CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=3\n`,
  },
  {
    situation: 'no Server instance',
    files: `${CLIENT}${BOOTSTRAP}CONFIG_LWM2M_SERVER_INSTANCE_COUNT=0\n`,
    says: /CONFIG_LWM2M_SERVER_INSTANCE_COUNT is 0/,
  },
  {
    situation: 'two Security instances, and Coiote',
    files: CLIENT + BOOTSTRAP + server('coaps://eu.iot.avsystem.cloud:5694'),
    says: /is 2: Coiote/,
    severity: 'warning',
  },
  { situation: 'two by default', files: CLIENT + BOOTSTRAP + server('coaps://h:5784') },
  { situation: 'bootstrap is off', files: `${CLIENT}CONFIG_LWM2M_SECURITY_INSTANCE_COUNT=1` },
]);

ruleCases('kconfig/coiote-without-tlv', [
  {
    situation: 'LwM2M 1.1',
    files: `${CLIENT}CONFIG_LWM2M_VERSION_1_1=y\n${server('coaps://eu.iot.avsystem.cloud:5684')}`,
    says: [/CONFIG_LWM2M_RW_OMA_TLV_SUPPORT is off/, /CONFIG_LWM2M_VERSION_1_1/],
  },
  {
    situation: 'LwM2M 1.0 has TLV',
    files: CLIENT + server('coaps://eu.iot.avsystem.cloud:5684'),
  },
  {
    situation: 'another server',
    files: `${CLIENT}CONFIG_LWM2M_VERSION_1_1=y\n${server('coaps://iot.avsystem.cloud.example:5684')}`,
  },
]);

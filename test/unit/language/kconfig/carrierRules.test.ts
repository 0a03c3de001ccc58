import { ruleCases } from './support';

const ON = 'CONFIG_LWM2M_CARRIER=y\n';
const c = (name: string, value: string): string => `CONFIG_LWM2M_CARRIER_${name}=${value}\n`;
const URI = c('CUSTOM_URI', '"coaps://192.0.2.1:5684"');
const BOOTSTRAP_URI = c('CUSTOM_URI', '"coaps://192.0.2.1:5784"');
const GENERIC = c('GENERIC', 'y');
const MANAGED = c('IS_BOOTSTRAP_SERVER', 'n');

ruleCases('kconfig/server-options-ignored', [
  {
    situation: 'the operators are all on by default',
    files: ON + URI,
    says: [
      /CONFIG_LWM2M_CARRIER_CUSTOM_URI/,
      /CONFIG_LWM2M_CARRIER_VERIZON=y by default/,
      /T_MOBILE=y by default/,
    ],
    at: URI.trimEnd(),
    fixed: ON + URI + GENERIC,
  },
  {
    situation: 'two of them by their lines, generic mode off',
    files: ON + URI + c('GENERIC', 'n') + c('BELL_CA', 'n'),
    says: /CONFIG_LWM2M_CARRIER_GENERIC=n/,
    fixed: ON + URI + GENERIC + c('BELL_CA', 'n'),
  },
  { situation: 'generic mode', files: ON + URI + GENERIC },
  {
    situation: 'one operator is left',
    files: ON + URI + ['T_MOBILE', 'BELL_CA', 'LG_UPLUS', 'SOFTBANK'].map((name) => c(name, 'n')).join(''),
  },
  { situation: 'no custom server', files: ON },
  { situation: 'generic mode by default, in 2.4', files: ON + URI, platform: 'ncs-2.4.0' },
]);

ruleCases('kconfig/generic-without-server', [
  {
    situation: 'no URI; an operator’s network is left',
    files: ON + GENERIC,
    says: [/CONFIG_LWM2M_CARRIER_GENERIC=y/, /CONFIG_LWM2M_CARRIER_CUSTOM_URI is empty/],
    at: GENERIC.trimEnd(),
    fixed: false,
  },
  {
    situation: 'before 2.7 the binding has another name',
    files: ON + GENERIC,
    platform: 'ncs-2.6.0',
    says: /CONFIG_LWM2M_CARRIER_SERVER_BINDING_N is not set/,
    fixed: false,
  },
  { situation: 'a URI', files: ON + GENERIC + URI },
  { situation: 'without IP', files: ON + GENERIC + c('SERVER_BINDING_NONIP', 'y') },
  { situation: 'by default in 2.4: the operators’ networks', files: ON, platform: 'ncs-2.4.0' },
]);

ruleCases('kconfig/taken-for-bootstrap', [
  {
    situation: 'the port of a management server',
    files: ON + URI,
    says: [
      /CONFIG_LWM2M_CARRIER_IS_BOOTSTRAP_SERVER=y by default/,
      /5684/,
      /CONFIG_LWM2M_CARRIER_SERVER_LIFETIME/,
    ],
    fixed: ON + URI + MANAGED,
  },
  {
    situation: 'the host of a management server, without a port',
    files: ON + c('CUSTOM_URI', '"coaps://leshan.eclipseprojects.io"'),
    says: /5784/,
  },
  { situation: 'a line says which it is', files: ON + URI + MANAGED },
  {
    situation: 'a bootstrap server’s port',
    files: ON + c('CUSTOM_URI', '"coaps://leshan.eclipseprojects.io:5784"'),
  },
]);

ruleCases('kconfig/option-without-effect', [
  {
    situation: 'no custom server',
    files: ON + MANAGED,
    says: /CONFIG_LWM2M_CARRIER_IS_BOOTSTRAP_SERVER=n has no effect: CONFIG_LWM2M_CARRIER_CUSTOM_URI is empty/,
    fixed: ON,
  },
  {
    situation: 'the lifetime of a bootstrap server',
    files: ON + BOOTSTRAP_URI + c('SERVER_LIFETIME', '3600'),
    says: /CONFIG_LWM2M_CARRIER_SERVER_LIFETIME=3600 has no effect/,
    fixed: ON + BOOTSTRAP_URI,
  },
  {
    situation: 'the binding of a bootstrap server',
    files: ON + BOOTSTRAP_URI + c('SERVER_BINDING_UDP', 'y'),
    says: /CONFIG_LWM2M_CARRIER_SERVER_BINDING_UDP=y has no effect/,
  },
  {
    situation: 'the lifetime of a management server',
    files: ON + URI + MANAGED + c('SERVER_LIFETIME', '3600'),
  },
  { situation: 'the factory’s lifetime', files: ON + BOOTSTRAP_URI + c('SERVER_LIFETIME', '0') },
]);

ruleCases('kconfig/custom-server-without-key', [
  {
    situation: 'no tag',
    files: ON + URI,
    says: [/CONFIG_LWM2M_CARRIER_CUSTOM_URI/, /CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=0 by default/],
    fixed: ON + URI + c('SERVER_SEC_TAG', '1001'),
  },
  {
    situation: 'another tag is near the first free one',
    files: `${ON}${URI}CONFIG_MY_SEC_TAG=1004\n${c('SERVER_SEC_TAG', '0')}`,
    says: /SERVER_SEC_TAG=0/,
    fixed: `${ON}${URI}CONFIG_MY_SEC_TAG=1004\n${c('SERVER_SEC_TAG', '1011')}`,
  },
  { situation: 'a tag', files: ON + URI + c('SERVER_SEC_TAG', '450') },
  { situation: 'not secured', files: ON + c('CUSTOM_URI', '"coap://192.0.2.1:5683"') },
]);

const PLAIN = c('CUSTOM_URI', '"coap://192.0.2.1:5783"');

ruleCases('kconfig/plain-bootstrap-tag', [
  { situation: 'in 2.2', files: ON + PLAIN, platform: 'ncs-2.2.0', says: /NCSDK-18746/ },
  { situation: 'with any tag', files: ON + PLAIN + c('SERVER_SEC_TAG', '450'), platform: 'ncs-2.3.0' },
  { situation: 'in 2.4', files: ON + PLAIN, platform: 'ncs-2.4.0' },
  { situation: 'secured', files: ON + URI, platform: 'ncs-2.2.0' },
]);

const PSK = 'CONFIG_CARRIER_APP_PSK="00112233445566778899aabbccddeeff"\n';

ruleCases('kconfig/app-psk-not-written', [
  {
    situation: 'no tag; the key is not said again',
    files: ON + PSK,
    says: /^CONFIG_CARRIER_APP_PSK is set, but CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=0 by default: [^0-9]*$/,
    at: PSK.trimEnd(),
    fixed: ON + PSK + c('SERVER_SEC_TAG', '1001'),
  },
  { situation: 'a tag', files: ON + PSK + c('SERVER_SEC_TAG', '450') },
  { situation: 'no key', files: `${ON}CONFIG_CARRIER_APP_PSK=""` },
]);

ruleCases('kconfig/sim-uri-wins', [
  {
    situation: 'bootstrap from the SIM',
    files: `${ON}${URI}CONFIG_UICC_LWM2M=y`,
    says: [/CONFIG_LWM2M_CARRIER_CUSTOM_URI/, /CONFIG_UICC_LWM2M=y/],
    fixed: false,
  },
  {
    situation: 'by default, up to 2.7: a hint',
    files: ON + URI,
    platform: 'ncs-2.7.0',
    says: /CONFIG_LWM2M_CARRIER_BOOTSTRAP_SMARTCARD=y by default/,
    severity: 'hint',
    fixed: false,
  },
  { situation: 'off', files: ON + URI + c('BOOTSTRAP_SMARTCARD', 'n'), platform: 'ncs-2.7.0' },
  { situation: 'no custom server', files: `${ON}CONFIG_UICC_LWM2M=y` },
  { situation: 'off by default since 2.8', files: ON + URI },
]);

const UDP = c('SERVER_BINDING_UDP', 'y');
const NONIP = c('SERVER_BINDING_NONIP', 'y');
const APN = c('CUSTOM_APN', '"iot.example"');

ruleCases('kconfig/binding-mismatch', [
  {
    situation: 'UDP without a URI',
    files: ON + UDP,
    says: /CONFIG_LWM2M_CARRIER_SERVER_BINDING_UDP=y needs a server URI, but CONFIG_LWM2M_CARRIER_CUSTOM_URI/,
    fixed: false,
  },
  {
    situation: 'a server on an IP network without IP',
    files: ON + URI + MANAGED + NONIP,
    says: /CONFIG_LWM2M_CARRIER_SERVER_BINDING_NONIP=y does not reach/,
    at: NONIP.trimEnd(),
    fixed: false,
  },
  {
    situation: 'an IP PDN without IP',
    files: ON + APN + NONIP,
    says: /CONFIG_LWM2M_CARRIER_PDN_IPV4V6=y of CONFIG_LWM2M_CARRIER_CUSTOM_APN/,
    fixed: ON + APN + NONIP + c('PDN_NONIP', 'y'),
  },
  {
    situation: 'a PDN without IP for UDP',
    files: ON + URI + MANAGED + APN + UDP + c('PDN_NONIP', 'y'),
    says: /CONFIG_LWM2M_CARRIER_PDN_NONIP=y/,
    fixed: ON + URI + MANAGED + APN + UDP + c('PDN_IPV4V6', 'y'),
  },
  { situation: 'without IP throughout', files: ON + APN + NONIP + c('PDN_NONIP', 'y') },
  { situation: 'the type of the PDN counts with an APN alone', files: ON + NONIP + c('PDN_IPV4', 'y') },
  { situation: 'UDP and a URI', files: ON + URI + MANAGED + UDP },
]);

const SOFTBANK = c('SOFTBANK', 'y');
const LG = c('LG_UPLUS', 'y');

ruleCases('kconfig/operator-requirements', [
  {
    situation: 'SoftBank over LTE-M alone',
    files: `${ON}${SOFTBANK}CONFIG_LTE_NETWORK_MODE_LTE_M_GPS=y`,
    says: /CONFIG_LWM2M_CARRIER_SOFTBANK=y needs NB-IoT, but CONFIG_LTE_NETWORK_MODE_LTE_M_GPS=y/,
    fixed: `${ON}${SOFTBANK}CONFIG_LTE_NETWORK_MODE_LTE_M_NBIOT=y`,
  },
  {
    situation: 'SoftBank over an IP PDN',
    files: ON + SOFTBANK + c('PDN_IPV4', 'y'),
    says: /CONFIG_LWM2M_CARRIER_PDN_IPV4=y asks for IP/,
    fixed: ON + SOFTBANK + c('PDN_NONIP', 'y'),
  },
  {
    situation: 'SoftBank without updates of the application',
    files: `${ON}${SOFTBANK}CONFIG_DFU_TARGET_MCUBOOT=n`,
    says: /CONFIG_DFU_TARGET_MCUBOOT=n/,
  },
  {
    situation: 'LG U+ without its service code',
    files: ON + LG,
    says: /CONFIG_LWM2M_CARRIER_LG_UPLUS_SERVICE_CODE is empty/,
    at: LG.trimEnd(),
    fixed: false,
  },
  {
    situation: 'a service code that is too long',
    files: ON + LG + c('LG_UPLUS_SERVICE_CODE', '"123456"'),
    says: /longer than 5/,
    fixed: false,
  },
  { situation: 'LG U+ with its code', files: ON + LG + c('LG_UPLUS_SERVICE_CODE', '"12345"') },
  { situation: 'SoftBank over NB-IoT', files: `${ON}${SOFTBANK}CONFIG_LTE_NETWORK_MODE_NBIOT=y` },
  {
    situation: 'on by default alone',
    files: `${ON}CONFIG_LTE_NETWORK_MODE_LTE_M=y\nCONFIG_DFU_TARGET_MCUBOOT=n`,
  },
]);

ruleCases('kconfig/dependency-unmet', [
  {
    situation: 'soft floating point',
    files: `${ON}CONFIG_FP_HARDABI=n`,
    says: /CONFIG_LWM2M_CARRIER=y depends on CONFIG_FP_HARDABI=y, but CONFIG_FP_HARDABI=n/,
    at: 'CONFIG_FP_HARDABI=n',
  },
  {
    situation: 'a small heap',
    files: `${ON}CONFIG_HEAP_MEM_POOL_SIZE=2048`,
    says: /CONFIG_HEAP_MEM_POOL_SIZE of 4096 or more, but CONFIG_HEAP_MEM_POOL_SIZE=2048/,
    fixed: `${ON}CONFIG_HEAP_MEM_POOL_SIZE=4096`,
  },
  {
    situation: 'short file names, by what the downloader was called',
    files: `${ON}CONFIG_DOWNLOAD_CLIENT_MAX_FILENAME_SIZE=128`,
    platform: 'ncs-2.9.0',
    says: /CONFIG_DOWNLOAD_CLIENT_MAX_FILENAME_SIZE of 192/,
  },
  {
    situation: 'the downloader’s old name counts no more',
    files: `${ON}CONFIG_DOWNLOAD_CLIENT_MAX_FILENAME_SIZE=128`,
  },
  { situation: 'silence shows nothing', files: ON },
  { situation: 'just enough', files: `${ON}CONFIG_HEAP_MEM_POOL_SIZE=4096\nCONFIG_AT_MONITOR_HEAP_SIZE=320` },
  { situation: 'the library is off', files: 'CONFIG_LWM2M_CARRIER=n\nCONFIG_FP_HARDABI=n' },
]);

ruleCases('kconfig/two-clients', [
  {
    situation: 'both are on; told in the fragment laid over',
    files: { 'prj.conf': 'CONFIG_LWM2M_CLIENT_UTILS=y', 'overlay-carrier.conf': ON },
    says: /CONFIG_LWM2M_CARRIER=y and CONFIG_LWM2M_CLIENT_UTILS=y/,
    in: 'overlay-carrier.conf',
    fixed: false,
  },
  { situation: 'one is on', files: ON },
]);

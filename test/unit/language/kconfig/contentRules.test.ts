import { ruleCases } from './support';

const SENML_CBOR = 'CONFIG_LWM2M_RW_SENML_CBOR_SUPPORT=y';
const SENML_JSON = 'CONFIG_LWM2M_RW_SENML_JSON_SUPPORT=y';

ruleCases('kconfig/content-format-unmet', [
  {
    situation: 'SenML-CBOR alone',
    files: `CONFIG_LWM2M=y\n${SENML_CBOR}`,
    says: /SENML_CBOR_SUPPORT=y depends on CONFIG_ZCBOR=y and CONFIG_ZCBOR_CANONICAL=y/,
    at: SENML_CBOR,
    fixed: `CONFIG_LWM2M=y\n${SENML_CBOR}\nCONFIG_ZCBOR=y\nCONFIG_ZCBOR_CANONICAL=y`,
  },
  {
    situation: 'LwM2M 1.1 brings ZCBOR along',
    files: `CONFIG_LWM2M=y\nCONFIG_LWM2M_VERSION_1_1=y\n${SENML_CBOR}`,
    says: /depends on CONFIG_ZCBOR_CANONICAL=y:/,
  },
  {
    situation: 'SenML-JSON without base 64',
    files: `CONFIG_LWM2M=y\n${SENML_JSON}\nCONFIG_JSON_LIBRARY=y`,
    says: /SENML_JSON_SUPPORT=y depends on CONFIG_BASE64=y:/,
  },
  {
    situation: 'a build that left the format out',
    files: {
      'prj.conf': `CONFIG_LWM2M=y\n${SENML_JSON}`,
      'build/app/zephyr/.config': 'CONFIG_LWM2M=y\nCONFIG_BASE64=y\n',
    },
    says: /depends on CONFIG_JSON_LIBRARY=y/,
    fixed: `CONFIG_LWM2M=y\n${SENML_JSON}\nCONFIG_JSON_LIBRARY=y`,
  },
  {
    situation: 'LwM2M 1.1 without any SenML',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_VERSION_1_1=y\nCONFIG_LWM2M_RW_OMA_TLV_SUPPORT=y',
    says: /CONFIG_LWM2M_VERSION_1_1=y has neither/,
    severity: 'warning',
    at: 'CONFIG_LWM2M_VERSION_1_1=y',
  },
  {
    situation: 'all there',
    files: `CONFIG_LWM2M=y\nCONFIG_LWM2M_VERSION_1_1=y\n${SENML_CBOR}\nCONFIG_ZCBOR_CANONICAL=y`,
  },
  { situation: 'LwM2M 1.0 needs none', files: 'CONFIG_LWM2M=y' },
  { situation: 'it is off', files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_RW_SENML_JSON_SUPPORT=n' },
]);

import { ruleCases } from './support';

ruleCases('kconfig/log-off', [
  {
    situation: 'the overlay for low power',
    files: { 'prj.conf': 'CONFIG_LWM2M=y\nCONFIG_LOG=y', 'overlay-lowpower.conf': 'CONFIG_SERIAL=n' },
    says: /CONFIG_SERIAL=n/,
    in: 'overlay-lowpower.conf',
    fixed: false,
  },
  {
    situation: 'no log',
    files: 'CONFIG_LWM2M=y\n# CONFIG_LOG is not set',
    says: /CONFIG_LOG=n/,
    fixed: false,
  },
  { situation: 'a log', files: 'CONFIG_LWM2M=y\nCONFIG_LOG=y' },
  { situation: 'nothing is said', files: 'CONFIG_LWM2M=y' },
  { situation: 'a fragment that has nothing to do with LwM2M', files: 'CONFIG_LOG=n' },
]);

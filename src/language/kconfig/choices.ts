/** A choice of Kconfig: of its members one is on. Names without `CONFIG_`. */
export interface Choice {
  readonly members: readonly string[];
  /** On where no member is assigned `y`; absent where the facts don't say. */
  readonly usual?: string;
  /** The symbol the choice belongs to: without it there is none. */
  readonly within: string;
}

/** Zephyr's `subsys/net/lib/lwm2m/Kconfig`, nRF Connect SDK's `at_host` and carrier library, Anjay-zephyr. */
export const CHOICES: readonly Choice[] = [
  { members: ['LWM2M_VERSION_1_0', 'LWM2M_VERSION_1_1'], usual: 'LWM2M_VERSION_1_0', within: 'LWM2M' },
  {
    members: [
      'LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE',
      'LWM2M_RD_CLIENT_SUSPEND_SOCKET_AT_IDLE',
      'LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE',
      'LWM2M_RD_CLIENT_LISTEN_AT_IDLE',
    ],
    usual: 'LWM2M_RD_CLIENT_CLOSE_SOCKET_AT_IDLE',
    within: 'LWM2M',
  },
  { members: ['LWM2M_TICKLESS', 'LWM2M_INTERVAL'], within: 'LWM2M' },
  {
    members: ['NULL_TERMINATION', 'CR_TERMINATION', 'LF_TERMINATION', 'CR_LF_TERMINATION'],
    usual: 'CR_TERMINATION',
    within: 'AT_HOST_LIBRARY',
  },
  {
    members: [
      'LWM2M_CARRIER_PDN_IPV4V6',
      'LWM2M_CARRIER_PDN_IPV4',
      'LWM2M_CARRIER_PDN_IPV6',
      'LWM2M_CARRIER_PDN_NONIP',
    ],
    usual: 'LWM2M_CARRIER_PDN_IPV4V6',
    within: 'LWM2M_CARRIER',
  },
  {
    members: ['LWM2M_CARRIER_LG_UPLUS_IMEI', 'LWM2M_CARRIER_LG_UPLUS_2DID'],
    within: 'LWM2M_CARRIER_LG_UPLUS',
  },
  {
    members: [
      'ANJAY_ZEPHYR_SECURITY_MODE_NOSEC',
      'ANJAY_ZEPHYR_SECURITY_MODE_PSK',
      'ANJAY_ZEPHYR_SECURITY_MODE_CERT',
    ],
    within: 'ANJAY',
  },
];

const byMember = new Map(CHOICES.flatMap((choice) => choice.members.map((name) => [name, choice] as const)));

/** The choice a symbol is a member of. */
export const choiceOf = (name: string): Choice | undefined => byMember.get(name);

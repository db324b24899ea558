import { CHANNELS, SOURCES } from './catalogue.js';
import { iso, type Seconds } from './clock.js';
import { type User, REDEEM_THRESHOLD, REWARD_CARD, REWARD_POINTS } from './model.js';
import { APIS, TAGS } from './users.js';

/** One JSON row cannot hold a million users: beyond this number, the less important are left out. */
export const MOST_CONFIG_USERS = 20_000;

export interface ConfigUser {
  username: string;
  role: string;
  createdAt: number;
  banned?: true;
  enabledApis?: readonly string[];
  tags?: readonly string[];
  tvboxToken?: string;
  showAdultContent?: true;
  oidcSub?: string;
  cardKey?: { boundKey: string; expiresAt: number; boundAt: number };
}

/** The site's `main_config`, in the shape that its code reads (times are epoch milliseconds). */
export function adminConfig(users: readonly User[], now: Seconds): Record<string, unknown> {
  return {
    ConfigSubscribtion: {
      URL: 'https://config.example.invalid/sub.json',
      AutoUpdate: true,
      LastCheck: iso(now - 5400),
    },
    ConfigFile: JSON.stringify({
      cache_time: 7200,
      api_site: Object.fromEntries(SOURCES.map(({ key, name, api }) => [key, { name, api }])),
    }),
    SiteConfig: {
      SiteName: '月影 TV',
      Announcement: '本站仅提供影视信息搜索服务，所有内容均来自第三方网站。',
      SearchDownstreamMaxPage: 5,
      SiteInterfaceCacheTime: 7200,
      DoubanProxyType: 'direct',
      DoubanProxy: '',
      DoubanImageProxyType: 'direct',
      DoubanImageProxy: '',
      DisableYellowFilter: false,
      ShowAdultContent: false,
      FluidSearch: true,
      DefaultUserTags: [],
    },
    UserConfig: {
      AllowRegister: true,
      AutoCleanupInactiveUsers: false,
      InactiveUserDays: 180,
      Users: configUsers(users),
      Tags: TAGS.map((name, index) => ({
        name,
        enabledApis: index === 0 ? APIS : APIS.slice(0, 3 + index),
        showAdultContent: false,
      })),
    },
    SourceConfig: SOURCES.map((source, index) => ({
      key: source.key,
      name: source.name,
      api: source.api,
      detail: '',
      from: 'config',
      disabled: index === 6,
      is_adult: false,
    })),
    CustomCategories: [
      { name: '热门国产剧', type: 'tv', query: '国产剧', from: 'custom', disabled: false },
      { name: '高分动漫', type: 'anime', query: '日本动画', from: 'custom', disabled: false },
    ],
    LiveConfig: [
      {
        key: 'zhibo1',
        name: '直播一线',
        url: 'https://live.example.invalid/main.m3u',
        channelNumber: CHANNELS.length,
        from: 'custom',
        disabled: false,
      },
    ],
    OIDCProviders: [
      {
        id: 'xingpass',
        name: '星通行证',
        enabled: true,
        issuer: 'https://id.example.invalid',
        clientId: 'moontv-demo',
      },
    ],
    TVBoxSecurityConfig: {
      enableAuth: true,
      enableIpWhitelist: false,
      allowedIPs: [],
      enableRateLimit: true,
      rateLimit: 60,
    },
    CardKeyConfig: {
      enabled: true,
      requireCardKeyOnRegister: false,
      systemMode: 'operation',
      promotionCardKeyType: 'week',
    },
    InvitationConfig: {
      enabled: true,
      rewardPoints: REWARD_POINTS,
      redeemThreshold: REDEEM_THRESHOLD,
      cardKeyType: REWARD_CARD,
    },
  };
}

/** Owner, admins, every banned user, then tagged ones, those with their own apis or token, and card holders. */
export function configUsers(users: readonly User[]): ConfigUser[] {
  const tiers: User[][] = [[], [], [], [], [], []];
  for (const user of users) {
    const tier =
      user.role === 'owner'
        ? 0
        : user.role === 'admin'
          ? 1
          : user.bannedAt !== null
            ? 2
            : user.tags.length > 0
              ? 3
              : user.enabledApis.length > 0 || user.tvboxToken !== null
                ? 4
                : user.membership !== null
                  ? 5
                  : null;
    if (tier !== null) tiers[tier]?.push(user);
  }
  return tiers.flat().slice(0, MOST_CONFIG_USERS).map(entryOf);
}

function entryOf(user: User): ConfigUser {
  const entry: ConfigUser = { username: user.username, role: user.role, createdAt: user.createdAt * 1000 };
  if (user.bannedAt !== null) entry.banned = true;
  if (user.enabledApis.length > 0) entry.enabledApis = user.enabledApis;
  if (user.tags.length > 0) entry.tags = user.tags;
  if (user.tvboxToken !== null) entry.tvboxToken = user.tvboxToken;
  if (user.showAdult) entry.showAdultContent = true;
  if (user.oidcSub !== null) entry.oidcSub = user.oidcSub;
  const card = user.membership;
  if (card !== null && card.boundAt !== null) {
    entry.cardKey = { boundKey: card.hash, expiresAt: card.expiresAt * 1000, boundAt: card.boundAt * 1000 };
  }
  return entry;
}

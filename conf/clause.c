/* SPDX-License-Identifier: BSD-2-Clause */
/* The clauses of the written policy as rows. The Japanese follows the wording of the source. */
#include "clause.h"

#include <assert.h>
#include <string.h>

#define CLAUSE_COUNT (sizeof clauses / sizeof clauses[0])

static const struct clause clauses[] = {
	{"PW-1", "System and user passwords follow the access-control policy.",
	 "システムレベルおよびユーザーレベルのパスワードは、アクセス制御ポリシーに準拠する。", WAIVER_IT_MANAGER, false},
	{"PW-2", "Nobody reveals a password or lets another person, family included, use the account.",
	 "自分のアカウントのパスワードを他人(家族やその他の世帯員を含む)に明かしたり、自分のアカウントを使わせたりしない。", WAIVER_NOBODY, false},
	{"PW-3", "Nobody gets at a device because it was left unsecured.",
	 "デバイスのセキュリティを確保せず、他の個人がアクセスできるようにすることは禁止。", WAIVER_IT_MANAGER, false},
	{"LK-1", "Unused for 5 minutes, a device is locked, and opens only by password or an equal control such as biometrics.",
	 "デバイスが5分間使用されなかった場合、パスワード(または生体認証などの同等の制御)で保護されたスクリーンロックでロックする。",
	 WAIVER_IT_MANAGER, false},
	{"LK-2", "A device is always locked when it is left unattended.", "デバイスを放置する場合は必ずロックする。", WAIVER_IT_MANAGER, false},
	{"LK-3", "The screen is locked whenever the device is not in use.", "デバイスを使用していないときは画面がロックされるようにする。",
	 WAIVER_IT_MANAGER, false},
	{"RA-1", "Remote access, inward and outward, only with software that the company provides and with multi-factor authentication.",
	 "リモートアクセスソフトウェアやサービス(VPNクライアントなど)は、会社によって提供され、多要素認証が設定されている場合に限り使用できる。",
	 WAIVER_MANAGEMENT, false},
	{"RA-2", "No remote-access technology is used or installed without approval.",
	 "許可されていないリモートアクセス技術を使用したり、当社のシステムにインストールしたりしない。", WAIVER_MANAGEMENT, false},
	{"AV-1", "Antivirus software detects malicious software, and prevents or quarantines it.",
	 "ウイルス対策ソフトウェアは、悪意のあるソフトウェアを検出し、防止または隔離する。", WAIVER_IT_MANAGER, false},
	{"AV-2", "Antivirus software scans the system periodically.", "ウイルス対策ソフトウェアは、定期的なシステムスキャンを実行する。",
	 WAIVER_IT_MANAGER, false},
	{"AV-3", "Antivirus software updates itself automatically.", "ウイルス対策ソフトウェアの自動更新を有効化する。", WAIVER_IT_MANAGER, false},
	{"FW-1", "Without a secure, up-to-date software firewall a device does not connect to external networks.",
	 "セキュアで最新のソフトウェアファイアウォールが構成されていない場合は、外部ネットワークに接続しない。", WAIVER_IT_MANAGER, false},
	{"SC-1", "Users neither change nor disable organisational security controls such as firewall and antivirus.",
	 "ファイアウォールやウイルス対策ソフトウェアなどの組織的なセキュリティ制御を変更または無効化することは禁止。", WAIVER_IT_MANAGER, false},
	{"NW-1", "Confidential data goes over public Wi-Fi only through a VPN.", "公共のWi-Fiで機密情報を送信するときはVPNを使用する。",
	 WAIVER_IT_MANAGER, false},
	{"NW-2", "At home, default names and passwords of the Wi-Fi are changed; WPA3 or WPA2, an own VLAN, WPS and UPnP off are recommended.",
	 "自宅ではデフォルトのWi-Fi設定(名前、パスワード、管理者アクセスなど)を変更する。WPA3(少なくともWPA2)と専用のVLANを推奨し、WPSとUPnPは無効にする。",
	 WAIVER_IT_MANAGER, false},
	{"US-1", "No confidential data on USB drives or personal devices, business contact data excepted.",
	 "機密情報を個人デバイスやUSBドライブに保存しない(ビジネス上の連絡先情報を除く)。", WAIVER_IT_MANAGER, false},
	{"DV-1", "A device that reaches company resources is not shared with others.",
	 "会社のリソースにアクセスするために使用されるデバイスは、他者と共有しない。", WAIVER_IT_MANAGER, false},
	{"AC-1", "Nobody circumvents user authentication or the security of host, network or account.",
	 "ユーザー認証やホスト、ネットワーク、アカウントのセキュリティを回避することは禁止。", WAIVER_NOBODY, false},
	{"AC-2", "Nobody disturbs or disables a user's session, by program, script, command or message.",
	 "ユーザーセッションの妨害や無効化を意図したプログラム、スクリプト、コマンドを実行したりメッセージを送信したりしない。", WAIVER_NOBODY, false},
	{"AC-3", "No interception of others' traffic, no port or security scan without notice, no honeypot.",
	 "他者のデータの傍受、事前の通知なしのポートスキャンやセキュリティスキャン、ハニーポットの導入は禁止。", WAIVER_JOB_DUTY, false},
	{"AC-4", "Nobody logs in to a server or account that they were not explicitly granted.",
	 "明示的にアクセスを許可されていないサーバーやアカウントにログインしない。", WAIVER_JOB_DUTY, false},
	{"AU-1", "The company may monitor and audit devices, systems and networks at any time.",
	 "当社内の許可された個人は、いつでも機器、システム、ネットワークを監視し、監査できる。", WAIVER_NOBODY, false},
	{"AU-2", "Exceptions are requested from the IT manager and approved by the IT manager.",
	 "本ポリシーの例外に関する要求は、ITマネージャーに提出し、承認を得る。", WAIVER_NOBODY, false},
	{"AU-3", "Violations are reported to the IT manager.", "本ポリシーへの違反が判明した場合は、ITマネージャーに報告する。", WAIVER_NOBODY, false},
	{"AU-4", "System and network privileges can be revoked or suspended at once.",
	 "システムおよびネットワーク権限の即時取り消しまたは停止ができる。", WAIVER_NOBODY, false},
	{"AU-5", "Everyone reports incidents immediately, with details, by mail.",
	 "インシデントは、メール窓口宛に、関連する詳細情報とともに直ちに報告する。", WAIVER_NOBODY, false},
	{"OR-1", "On leaving, people return company devices and delete company data from their own.",
	 "退職時に会社所有のデバイスをすべて返却し、個人デバイスから会社の情報とアカウントをすべて削除する。", WAIVER_NOBODY, true},
	{"OR-2", "No confidential material is left on desks and in working spaces.",
	 "デスクや作業スペースに機密資料を放置しない。", WAIVER_NOBODY, true},
	{"OR-3", "Business files are kept in the company's file share, which is the backup of laptops.",
	 "ビジネスファイルの保存には会社のファイル共有システムを使用する(ノートPCの「バックアップ」とみなす)。", WAIVER_NOBODY, true},
	{"OR-4", "On public computers people log out, save nothing and take printouts with them.",
	 "公共のコンピューターからアクセスする場合、ログアウトし、何も保存せず、印刷した資料をすべて回収する。", WAIVER_NOBODY, true},
	{"OR-5", "Nobody infringes copyright, trade secrets, patents or licences.",
	 "著作権、企業秘密、特許、その他の知的財産権を侵害しない。", WAIVER_NOBODY, true},
	{"OR-6", "Nobody sends spam, forged mail headers or chain letters.",
	 "「迷惑メール」や「チェーンメール」を送信せず、メールヘッダー情報を不正使用しない。", WAIVER_NOBODY, true},
	{"OR-7", "Nobody harasses others, by any means.", "あらゆる形のハラスメント行為は禁止。", WAIVER_NOBODY, true},
	{"OR-8", "Whoever reports wrongdoing in good faith stays anonymous and is not retaliated against.",
	 "善意で違反を報告した者に報復しない。匿名での告発は社内内部告発用窓口宛に報告する。", WAIVER_NOBODY, true},
};

static const char *const waiver_names[] = {
	[WAIVER_NOBODY] = "nobody",
	[WAIVER_IT_MANAGER] = "IT manager",
	[WAIVER_MANAGEMENT] = "management",
	[WAIVER_JOB_DUTY] = "job duty",
};
static_assert(sizeof waiver_names / sizeof waiver_names[0] == WAIVER_MAX, "waiver_names");

const struct clause *clause_at(size_t index)
{
	return index < CLAUSE_COUNT ? &clauses[index] : NULL;
}

const struct clause *clause_find(const char *id, size_t len)
{
	for (size_t i = 0; i < CLAUSE_COUNT; i++)
		if (strlen(clauses[i].id) == len && memcmp(clauses[i].id, id, len) == 0)
			return &clauses[i];
	return NULL;
}

const char *waiver_name(enum waiver waiver)
{
	return (unsigned)waiver < WAIVER_MAX ? waiver_names[waiver] : NULL;
}

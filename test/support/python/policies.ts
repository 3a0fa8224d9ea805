/** The policies of the tutorial and of authentik's documentation, word for word. */
export const inviteCodeCheck = `from datetime import datetime
from zoneinfo import ZoneInfo
code = (context.get("prompt_data", {}).get("invite_code") or "").strip().upper()
# Dictionary: CODE -> Expiry datetime string
allowed = {
    "TESCODEIFEXPIRE": "2025-12-31 23:59:59",
    "TESCODEFORTHISYEAR": "2026-12-31 23:59:59",
}
if code not in allowed:
    ak_message("Invalid invite code. Dude, are you sure you are invited? Check your code again.")
    return False
jakarta = ZoneInfo("Asia/Jakarta")
# Parse expiry time
expiry_str = allowed[code]
expiry = datetime.strptime(expiry_str, "%Y-%m-%d %H:%M:%S").replace(tzinfo=jakarta)
# Check expiration
now = datetime.now(jakarta)
if now > expiry:
    ak_message("This invite code has expired. You are too late, go get a new code.")
    return False
return True
`;

export const passwordsMatch = `if request.context.get('prompt_data').get('password') == request.context.get('prompt_data').get('password_repeat'):
    return True

ak_message("Passwords don't match.")
return False
`;

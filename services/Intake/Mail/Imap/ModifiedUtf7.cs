using System.Text;

namespace Desk.Intake.Mail.Imap;

/// <summary>How IMAP writes the names of folders that are not ASCII (RFC 3501, 5.1.3): <c>&amp;AMQ-renden</c> for Ärenden.</summary>
internal static class ModifiedUtf7
{
    public static string Encode(string name)
    {
        var encoded = new StringBuilder();
        for (var at = 0; at < name.Length;)
        {
            if (name[at] is >= ' ' and <= '~')
            {
                encoded.Append(name[at] == '&' ? "&-" : name[at].ToString());
                at++;
                continue;
            }
            var start = at;
            while (at < name.Length && name[at] is not (>= ' ' and <= '~'))
                at++;
            encoded.Append('&').Append(Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(name[start..at])).TrimEnd('=').Replace('/', ',')).Append('-');
        }
        return encoded.ToString();
    }
}

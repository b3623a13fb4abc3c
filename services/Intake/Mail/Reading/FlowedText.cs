using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>RFC 3676: a line that ends with a space goes on in the next of the same quote depth. The signature mark is never joined.</summary>
internal static class FlowedText
{
    public static string Join(string text, bool deleteSpace)
    {
        var result = new StringBuilder(text.Length);
        var flowing = false;
        var depthBefore = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].TrimEnd('\r');
            var depth = 0;
            while (depth < line.Length && line[depth] == '>')
                depth++;
            var content = line[depth..];
            if (content.Length > 0 && content[0] == ' ')
                content = content[1..];
            var signature = content is "-- ";
            if (flowing && depth == depthBefore && !signature)
            {
                result.Append(content);
            }
            else
            {
                if (result.Length > 0 || range.Start.Value > 0)
                    result.Append('\n');
                result.Append('>', depth);
                if (depth > 0)
                    result.Append(' ');
                result.Append(content);
            }
            flowing = content.Length > 0 && content[^1] == ' ' && !signature;
            if (flowing && deleteSpace)
                result.Length--;
            depthBefore = depth;
        }
        return result.ToString();
    }
}

using System.Text;
using Desk.Intake.Conversations;

namespace Desk.Intake.Tests.Domain;

public class AttachmentFileTests
{
    [Theory]
    [InlineData("report.pdf", "report.pdf")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"C:\Users\rut\skärmbild.png", "skärmbild.png")]
    [InlineData("a\r\nX-Evil: 1.txt", "a__X-Evil_ 1.txt")]
    [InlineData("invoice\u202Efdp.exe", "invoice_fdp.exe")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("what?.txt.", "what_.txt")]
    [InlineData("", "attachment")]
    [InlineData("///", "attachment")]
    [InlineData(null, "attachment")]
    public void A_name_is_only_a_name(string? claimed, string expected)
        => Assert.Equal(expected, AttachmentFile.CleanName(claimed));

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var name = AttachmentFile.CleanName(new string('å', 500) + ".docx");
        Assert.Equal(150, name.Length);
        Assert.EndsWith(".docx", name);
    }

    [Theory]
    [InlineData("89504E470D0A1A0A00", "evil.html", "image/png")]
    [InlineData("FFD8FFE000", "a.jpg", "image/jpeg")]
    [InlineData("474946383961", "a.svg", "image/gif")]
    [InlineData("255044462D312E37", "a.txt", "application/pdf")]
    [InlineData("504B03041400", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("504B03041400", "a.exe", "application/zip")]
    [InlineData("4D5A90000300", "setup.png", "application/octet-stream")]
    public void The_type_is_what_the_bytes_show(string hex, string name, string type)
        => Assert.Equal(type, AttachmentFile.SniffType(Convert.FromHexString(hex), name));

    [Theory]
    [InlineData("<html><script>alert(1)</script></html>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("BEGIN:VCALENDAR")]
    public void What_a_browser_would_run_is_plain_text(string content)
        => Assert.Equal("text/plain", AttachmentFile.SniffType(Encoding.UTF8.GetBytes(content), "page.html"));

    [Fact]
    public void Text_is_recognised_when_a_letter_is_cut_where_reading_stops()
        => Assert.Equal("text/plain", AttachmentFile.SniffType(Encoding.UTF8.GetBytes("a" + new string('å', 5000)), "a.log"));
}

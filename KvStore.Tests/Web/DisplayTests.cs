using System.Text;
using KvStore.Web.Display;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(12_800, "12.5 KiB")]
    [InlineData(340L << 20, "340 MiB")]
    [InlineData(3L << 40, "3.00 TiB")]
    public void Bytes_have_three_digits_and_a_unit(long bytes, string text) => Assert.Equal(text, Figures.Bytes(bytes));

    [Theory]
    [InlineData(0.0424, "0.04 ms")]
    [InlineData(3.1, "3.1 ms")]
    [InlineData(412, "412 ms")]
    [InlineData(3_140, "3.1 s")]
    [InlineData(59_000, "59 s")]
    [InlineData(720_000, "12 min")]
    [InlineData(7_500_000, "2 h 5 min")]
    [InlineData(273_600_000, "3 d 4 h")]
    public void Durations_are_as_exact_as_they_are_short(double milliseconds, string text) =>
        Assert.Equal(text, Figures.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.42, "0.4")]
    [InlineData(12.4, "12")]
    [InlineData(1250, "1,250")]
    public void Rates_have_no_more_digits_than_they_need(double rate, string text) => Assert.Equal(text, Figures.Rate(rate));

    [Fact]
    public void Printable_text_is_shown_as_text() =>
        Assert.Equal(new ValueText(ValueForm.Text, "käse\n\t1", 8, 8), ValueText.Of("käse\n\t1"u8));

    [Fact]
    public void An_empty_value_is_empty() => Assert.Equal(new ValueText(ValueForm.Empty, "", 0, 0), ValueText.Of([]));

    [Theory]
    [InlineData(new byte[] { 0xFF, 0x00 })]
    [InlineData(new byte[] { 0x61, 0x07 })]
    public void What_is_not_printable_is_shown_as_bytes(byte[] value)
    {
        ValueText shown = ValueText.Of(value);

        Assert.Equal(new ValueText(ValueForm.Hex, $"0000  {value[0]:x2} {value[1]:x2}", 2, 2), shown);
    }

    [Fact]
    public void Long_bytes_are_cut_into_lines_and_to_a_screenful()
    {
        ValueText shown = ValueText.Of(Enumerable.Repeat((byte)0xFF, 5000).ToArray());

        Assert.Equal((ValueForm.Hex, 5000, ValueText.HexBytesMax), (shown.Form, shown.Length, shown.ShownLength));
        Assert.Equal(ValueText.HexBytesMax / 16, shown.Shown.Split('\n').Length);
        Assert.True(shown.IsCut);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Long_text_is_cut_between_characters(int shift)
    {
        string text = new string('a', shift) + string.Concat(Enumerable.Repeat("😀", 2000));

        ValueText shown = ValueText.Of(Encoding.UTF8.GetBytes(text));

        Assert.Equal(ValueForm.Text, shown.Form);
        Assert.StartsWith(shown.Shown, text, StringComparison.Ordinal);
        Assert.InRange(shown.ShownLength, ValueText.TextBytesMax - 3, ValueText.TextBytesMax);
    }

    [Fact]
    public void A_members_colour_depends_on_its_ordinal_alone_and_neighbours_differ()
    {
        double[] hues = [.. Enumerable.Range(0, 8).Select(MemberColor.HueOf)];

        Assert.Equal(hues, Enumerable.Range(0, 8).Select(MemberColor.HueOf));
        foreach (double hue in hues)
        {
            Assert.All(hues.Where(other => other != hue), other => Assert.True(Apart(hue, other) > 20, $"{hue} is like {other}"));
        }
    }

    [Fact]
    public void A_badge_is_the_number_of_the_name_where_that_tells_members_apart()
    {
        var members = Topologies.Of(3).Members;

        Assert.Equal(["1", "2", "3"], members.Select(member => MemberBadge.Of(members)[member.Ordinal]));
        var alike = members.SetItem(2, members[2] with { Name = "other1" });
        Assert.Equal(["0", "1", "2"], alike.Select(member => MemberBadge.Of(alike)[member.Ordinal]));
    }

    private static double Apart(double left, double right)
    {
        double difference = Math.Abs(left - right) % 360;
        return Math.Min(difference, 360 - difference);
    }
}

using Aspire.Dashboard.Display;

namespace KvStore.Tests.StandIns.Dashboard;

public sealed class AnsiTextTests
{
    [Theory]
    [InlineData("plain", "plain:")]
    [InlineData("\u001b[31mred\u001b[0m plain", "red:ansi-1| plain:")]
    [InlineData("\u001b[1;32mbold green\u001b[22m green\u001b[39m plain", "bold green:ansi-2 ansi-bold| green:ansi-2| plain:")]
    [InlineData("\u001b[97;41mwhite on red\u001b[m plain", "white on red:ansi-7 ansi-bright ansi-on-1| plain:")]
    [InlineData("a\u001b[2Kb\u001b[", "a:|b:")]
    [InlineData("\u001b]0;title", "]0;title:")]
    [InlineData("\u001b[38;5;12mother\u001b[999mstill", "other:|still:")]
    public void Colours_become_classes_and_other_sequences_nothing(string line, string parts) =>
        Assert.Equal(parts, string.Join('|', AnsiText.Parse(line).Select(part => $"{part.Text}:{part.Class}")));
}

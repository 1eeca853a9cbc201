using System.Text;
using KvStore.Node.FrontEnds.Resp;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class SharedSubsequenceTests
{
    [Theory]
    [InlineData("ohmytext", "mynewtext", "mytext")]
    [InlineData("", "abc", "")]
    [InlineData("abc", "", "")]
    [InlineData("abc", "abc", "abc")]
    [InlineData("abc", "xyz", "")]
    [InlineData("aXbXc", "abc", "abc")]
    public void It_is_what_both_have_in_this_order(string first, string second, string common)
    {
        SharedSubsequence found = Of(first, second, length: false);
        Assert.Equal((common, common.Length), (Encoding.ASCII.GetString(found.ToBytes()), found.Length));
        Assert.Equal(common.Length, Of(first, second, length: true).Length);
    }

    [Fact]
    public void Of_any_two_strings_none_is_longer_and_its_runs_are_in_both()
    {
        const int Cases = 2_000;
        Random random = new(11);
        int several = 0;
        for (int i = 0; i < Cases; i++)
        {
            string first = Text(random);
            string second = Text(random);
            SharedSubsequence found = Of(first, second, length: false);
            IReadOnlyList<(int First, int Second, int Length)> runs = found.Runs();
            several += runs.Count > 1 ? 1 : 0;
            Assert.Equal(Longest(first, second), found.Length);
            Assert.Equal(string.Concat(runs.Reverse().Select(run => first.Substring(run.First, run.Length))), Encoding.ASCII.GetString(found.ToBytes()));
            Assert.All(runs, run => Assert.Equal(first.Substring(run.First, run.Length), second.Substring(run.Second, run.Length)));
            for (int at = 1; at < runs.Count; at++)
            {
                Assert.True(runs[at].First + runs[at].Length <= runs[at - 1].First && runs[at].Second + runs[at].Length <= runs[at - 1].Second);
            }
        }

        Assert.InRange(several, Cases / 2, Cases);
    }

    [Fact]
    public void What_takes_too_much_is_known_before()
    {
        Assert.True(SharedSubsequence.IsBounded(4_096, 4_096));
        Assert.False(SharedSubsequence.IsBounded(4_096, 4_097));
        Assert.False(SharedSubsequence.IsBounded(int.MaxValue, int.MaxValue));
        Assert.True(SharedSubsequence.IsBounded(int.MaxValue, 0));
    }

    private static SharedSubsequence Of(string first, string second, bool length) => new(Encoding.ASCII.GetBytes(first), Encoding.ASCII.GetBytes(second), length);

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => (char)('a' + random.Next(3)))]);

    /// <summary>By trying every part of the first.</summary>
    private static int Longest(string first, string second)
    {
        int longest = 0;
        for (int mask = 0; mask < 1 << first.Length; mask++)
        {
            string part = new([.. first.Where((_, at) => (mask >> at & 1) != 0)]);
            int next = 0;
            foreach (char letter in second)
            {
                next += next < part.Length && part[next] == letter ? 1 : 0;
            }

            longest = next == part.Length ? Math.Max(longest, part.Length) : longest;
        }

        return longest;
    }
}

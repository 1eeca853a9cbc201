using System.Globalization;
using System.Text;
using KvStore.Client;

namespace KvStore.Tests.Chaos;

/// <summary>Keys that nobody writes while members come and go: they move, and must all be there in the end.</summary>
internal sealed class LyingKeys(KvClient client, int count)
{
    private const int BatchMax = 250;

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        foreach (int[] some in Enumerable.Range(0, count).Chunk(BatchMax))
        {
            IReadOnlyList<BatchResult> results = await client.BatchAsync([.. some.Select(number => BatchOperation.Put(KeyOf(number), Encoding.UTF8.GetBytes(ValueOf(number))))], cancellationToken);
            if (results.FirstOrDefault(result => result.Error is not null)?.Error is { } failure)
            {
                throw failure;
            }
        }
    }

    /// <returns>How many have not the value that they were given.</returns>
    public async Task<int> CountLostAsync(CancellationToken cancellationToken)
    {
        int lost = 0;
        foreach (int[] some in Enumerable.Range(0, count).Chunk(BatchMax))
        {
            IReadOnlyList<BatchResult> results = await client.BatchAsync([.. some.Select(number => BatchOperation.Get(KeyOf(number)))], cancellationToken);
            lost += some.Zip(results).Count(pair => pair.Second.Value?.Text != ValueOf(pair.First));
        }

        return lost;
    }

    private static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"lying-{number}");

    private static string ValueOf(int number) => new string('v', 90) + KeyOf(number);
}

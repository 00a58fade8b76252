use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many things are worth computing at once. What only waits may be more.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// What `work` makes of each item, in their order, on at most `workers` threads; or the first error in that order, after
/// which nobody begins another item.
///
/// # Errors
///
/// That of an item.
pub fn on_workers<T: Sync, R: Send, E: Send>(
    workers: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(index)
        {
            let result = work(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.push((index, result));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        // Where no thread can be had, this one does it all.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, take).ok();
        let others: Vec<_> = (1..workers.min(items.len())).filter_map(spawn).collect();
        let mut done = take();
        for worker in others {
            done.extend(worker.join().expect("a worker does not panic"));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_their_items_and_an_error_ends_the_work() {
        let items: Vec<u32> = (0..1000).collect();
        let doubled = on_workers(8, &items, |item| Ok::<_, ()>(item * 2));
        assert_eq!(doubled, Ok(items.iter().map(|item| item * 2).collect()));
        let begun = AtomicUsize::new(0);
        let failed = on_workers(8, &items, |item| {
            begun.fetch_add(1, Ordering::Relaxed);
            if *item < 10 { Ok(()) } else { Err(*item) }
        });
        assert!(failed.is_err_and(|item| item < 10 + 8));
        assert!(begun.into_inner() < 100);
        assert_eq!(on_workers(8, &[] as &[u32], |_| Ok::<_, ()>(())), Ok(Vec::new()));
    }
}
